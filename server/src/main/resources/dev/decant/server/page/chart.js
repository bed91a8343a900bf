import {el, svg} from './dom.js';

const WIDTH = 240;
const HEIGHT = 72;

/** One figure over time: a line, perhaps a second dashed one, and the values as text. */
export class Chart {
    /** @param lines one or two of name, or an empty name where there is but one; `told` makes a value a text */
    constructor(title, lines, told) {
        this.title = title;
        this.lines = lines;
        this.told = told;
        this.values = lines.map((name, index) => {
            const number = el('span');
            const classes = ['value', index > 0 ? 'more' : '', name ? '' : 'alone'].filter(Boolean).join(' ');
            return {number, box: el('span', {class: classes}, number, ' ', el('small', {}, name))};
        });
        this.area = svg('path', {class: 'area'});
        this.paths = lines.map((name, index) => svg('path', {class: index > 0 ? 'second' : 'first'}));
        this.hair = svg('path', {class: 'hair'});
        this.picture = svg('svg', {viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: 'none', role: 'img'},
            svg('path', {class: 'grid', d: `M0 0H${WIDTH}M0 ${HEIGHT / 2}H${WIDTH}M0 ${HEIGHT}H${WIDTH}`}),
            this.area, ...this.paths.toReversed(), this.hair);
        this.topMark = el('span', {class: 'top-mark', 'aria-hidden': 'true'});
        this.element = el('figure', {class: 'chart'},
            el('figcaption', {}, title),
            el('div', {class: 'values'}, ...this.values.map(value => value.box)),
            el('div', {class: 'plot'}, this.picture, this.topMark));
    }

    /**
     * Draws the series, one for each line, of `slots` values at most, the last one at the right edge; a NaN is a gap.
     * `at` is the place that the reader points to, counted from the right, or null.
     */
    draw(series, slots, at) {
        const highest = Math.max(...series.flat().filter(Number.isFinite), 0);
        const top = ceiling(highest);
        const x = (index, length) => ((slots - length + index) / (slots - 1)) * WIDTH;
        const y = value => HEIGHT - (value / top) * HEIGHT;
        series.forEach((values, line) => {
            this.paths[line].setAttribute('d', path(values, x, y));
            const place = values.length - 1 - (at ?? 0);
            this.values[line].number.textContent = this.tell(values[place]);
        });
        this.area.setAttribute('d', area(series[0], x, y));
        this.hair.setAttribute('d', at === null ? '' : `M${WIDTH - (at / (slots - 1)) * WIDTH} 0V${HEIGHT}`);
        this.topMark.textContent = highest > 0 ? this.tell(top) : '';
        const summary = series.map((values, line) => `${this.lines[line]} now ${this.tell(values.at(-1))}`.trim());
        this.picture.setAttribute('aria-label', `${this.title}: ${summary.join(', ')}; highest ${this.tell(highest)}`);
    }

    tell(value) {
        return Number.isFinite(value) ? this.told(value) : '–';
    }
}

/** The next round number, with a little room above the value. */
function ceiling(value) {
    if (!(value > 0)) {
        return 1;
    }
    const power = 10 ** Math.floor(Math.log10(value));
    return [1.5, 2, 3, 4, 5, 6, 8, 10, 15].map(step => step * power).find(step => step >= value * 1.1);
}

function runs(values) {
    const found = [];
    let start = -1;
    values.forEach((value, index) => {
        if (Number.isFinite(value) && start < 0) {
            start = index;
        }
        if (start >= 0 && (!Number.isFinite(value) || index === values.length - 1)) {
            found.push([start, Number.isFinite(value) ? index : index - 1]);
            start = -1;
        }
    });
    return found;
}

function points(values, start, end, x, y) {
    const parts = [];
    for (let i = start; i <= end; i++) {
        parts.push(`${x(i, values.length).toFixed(1)} ${y(values[i]).toFixed(1)}`);
    }
    return parts.join('L');
}

function path(values, x, y) {
    // A run of one value has no length: round caps show it as a dot.
    return runs(values).map(([start, end]) => `M${points(values, start, end, x, y)}${start === end ? 'h.01' : ''}`).join('');
}

function area(values, x, y) {
    return runs(values).map(([start, end]) =>
        `M${x(start, values.length).toFixed(1)} ${HEIGHT}L${points(values, start, end, x, y)}`
        + `L${x(end, values.length).toFixed(1)} ${HEIGHT}Z`).join('');
}
