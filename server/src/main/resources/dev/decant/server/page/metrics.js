/** What a sample line of Prometheus' text format has: a name, labels, a value. */
const LINE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? ([^ ]+)/;
const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g;

/** Routes that answer with scores; jobs, which take as long as their file, are not among them. */
const ANSWERS = /^(\/|\/predict|\/invocations|\/models\/\{model\}|\/v1\/models\/\{model\}:predict|\/v2\/models\/.+\/infer)$/;

/** The samples of a scrape, as name, labels and value. */
export function* samples(text) {
    for (const line of text.split('\n')) {
        const match = line.startsWith('#') ? null : LINE.exec(line);
        if (match) {
            const labels = {};
            for (const [, name, value] of (match[2] ?? '').matchAll(LABEL)) {
                labels[name] = value.replace(/\\(.)/g, (all, escaped) => (escaped === 'n' ? '\n' : escaped));
            }
            yield {name: match[1], labels, value: Number(match[3].replace('Inf', 'Infinity'))};
        }
    }
}

/** A scrape in the figures that the page shows; counters are from the server's start. */
export function snapshot(text, time) {
    const now = {
        time, answered: 0, refused: 0, calls: 0, rows: 0, queued: 0, bulk: 0,
        pss: NaN, heap: NaN, buckets: new Map(), texts: new Map(),
    };
    for (const {name, labels, value} of samples(text)) {
        switch (name) {
            case 'decant_requests_total':
                if (ANSWERS.test(labels.route)) {
                    now[labels.status < '400' ? 'answered' : 'refused'] += value;
                }
                break;
            case 'decant_request_duration_seconds_bucket':
                if (ANSWERS.test(labels.route)) {
                    const bound = Number(labels.le.replace('+Inf', 'Infinity'));
                    now.buckets.set(bound, (now.buckets.get(bound) ?? 0) + value);
                }
                break;
            case 'decant_batches_total':
                now.calls += value;
                break;
            case 'decant_batch_rows_total':
                now.rows += value;
                now.texts.set(labels.model, value);
                break;
            case 'decant_queue_rows':
                now.queued += value;
                break;
            case 'decant_queue_bulk_rows':
                now.bulk += value;
                break;
            case 'decant_memory_pss_bytes':
                now.pss = value;
                break;
            case 'decant_heap_used_bytes':
                now.heap = value;
                break;
        }
    }
    return now;
}

/** The quantile of what came between two scrapes, in seconds, or NaN where nothing came. */
export function quantile(q, before, after) {
    const bounds = [...after.buckets.keys()].sort((a, b) => a - b);
    const counts = bounds.map(bound => after.buckets.get(bound) - (before.buckets.get(bound) ?? 0));
    const all = counts.at(-1) ?? 0;
    if (all <= 0) {
        return NaN;
    }
    const rank = q * all;
    const at = counts.findIndex(count => count >= rank);
    const low = at === 0 ? 0 : bounds[at - 1];
    if (bounds[at] === Infinity) {
        return low;
    }
    const below = at === 0 ? 0 : counts[at - 1];
    // Evenly spread within its bucket.
    return low + (bounds[at] - low) * ((rank - below) / (counts[at] - below));
}
