const plain = new Intl.NumberFormat('en');
const short = new Intl.NumberFormat('en', {maximumSignificantDigits: 3});
const tenths = new Intl.NumberFormat('en', {maximumFractionDigits: 1});
const percents = new Intl.NumberFormat('en', {style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1});

/** 1,234,567 */
export function count(value) {
    return plain.format(value);
}

/** Three digits that matter: 0.0123, 12.3, 1,230. */
export function figure(value) {
    return value >= 1000 ? plain.format(Math.round(value)) : short.format(value);
}

/** A rate: 0.2, 12.3, 1,230. */
export function rate(value) {
    return value >= 100 ? plain.format(Math.round(value)) : tenths.format(value);
}

/** A count with its noun. */
export function counted(value, one, many) {
    return `${count(value)} ${value === 1 ? one : many}`;
}

/** A share, never rounded to none or all. */
export function percent(share) {
    if (share > 0 && share < 0.0005) {
        return '< 0.1%';
    }
    if (share < 1 && share >= 0.9995) {
        return '> 99.9%';
    }
    return percents.format(share);
}

/** 12.3 MB */
export function bytes(value) {
    const units = ['bytes', 'kB', 'MB', 'GB'];
    let unit = 0;
    while (value >= 1000 && unit < units.length - 1) {
        value /= 1000;
        unit++;
    }
    return `${short.format(value)} ${units[unit]}`;
}

/** 12.3 ms, 1.2 s */
export function millis(value) {
    return value < 1000 ? `${figure(value < 10 ? value : Math.round(value))} ms` : `${figure(value / 1000)} s`;
}

/** 40 s, 3 min, 2 h 5 min: how long something may still take. */
export function about(seconds) {
    if (seconds < 60) {
        return `${Math.max(1, Math.round(seconds))} s`;
    }
    const minutes = Math.round(seconds / 60);
    return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
