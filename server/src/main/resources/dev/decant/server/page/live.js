import {access, call} from './api.js';
import {Chart} from './chart.js';
import {byId, el, repeat} from './dom.js';
import {bytes, figure, millis, rate} from './numbers.js';
import {quantile, snapshot} from './metrics.js';
import {showTexts} from './models.js';

const SECOND = 1000;

/** Values in a chart: two minutes. */
const SLOTS = 120;

/** Quantiles are over this many seconds, as those of one would jump. */
const SPAN = 5;

const CHARTS = [
    {chart: new Chart('Requests a second', ['answered', 'refused'], rate), series: ['answered', 'refused']},
    {chart: new Chart('Latency', ['median', '99%'], value => millis(value * 1000)), series: ['p50', 'p99']},
    {chart: new Chart('Texts in the queue', ['requests', 'jobs'], figure), series: ['queued', 'bulk']},
    {chart: new Chart('Texts in a batch', [''], rate), series: ['batch']},
    {chart: new Chart('Memory', ['process', 'Java heap'], bytes), series: ['pss', 'heap']},
];

const snapshots = [];
const history = Object.fromEntries(CHARTS.flatMap(({series}) => series).map(name => [name, []]));
let paused = false;
let locked = false;
let pointed = null;

/** The charts of what the server does now. */
export function startLive() {
    byId('charts').append(...CHARTS.map(({chart}) => chart.element));
    for (const {chart} of CHARTS) {
        chart.picture.addEventListener('pointermove', event => {
            const box = chart.picture.getBoundingClientRect();
            const part = Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
            point(Math.round((1 - part) * (SLOTS - 1)));
        });
        chart.picture.addEventListener('pointerleave', () => point(null));
    }
    const look = repeat(scrape, () => SECOND);
    const pause = byId('live-pause');
    pause.addEventListener('click', () => {
        paused = !paused;
        pause.setAttribute('aria-pressed', paused);
        pause.textContent = paused ? 'Go on' : 'Pause';
        look();
    });
    byId('live-details').addEventListener('toggle', table);
    byId('metrics-link').addEventListener('click', event => openMetrics(event));
    access.addEventListener('unlocked', () => {
        locked = false;
        look();
    });
    draw();
}

function point(slot) {
    pointed = slot;
    byId('live-hint').textContent = slot ? `${slot} s ago` : 'The last two minutes';
    draw();
}

async function scrape() {
    if (paused || locked) {
        return;
    }
    try {
        const response = await call('metrics');
        take(snapshot(await response.text(), performance.now()));
    } catch (error) {
        locked = error.status === 401;
        snapshots.length = 0; // The server may be another one when it is back.
        push({});
    }
    draw();
    table();
}

function take(now) {
    const before = snapshots.at(-1);
    const restarted = before && (now.answered < before.answered || now.calls < before.calls);
    if (restarted) {
        snapshots.length = 0;
    }
    snapshots.push(now);
    showTexts(now.texts);
    if (!before || restarted) {
        push({queued: now.queued, bulk: now.bulk, pss: now.pss, heap: now.heap});
        return;
    }
    const seconds = (now.time - before.time) / SECOND;
    const calls = now.calls - before.calls;
    while (snapshots.length > 2 && now.time - snapshots[1].time >= SPAN * SECOND) {
        snapshots.shift();
    }
    push({
        // Its own scrapes take no part: they are no requests for texts.
        answered: (now.answered - before.answered) / seconds,
        refused: (now.refused - before.refused) / seconds,
        p50: quantile(0.5, snapshots[0], now),
        p99: quantile(0.99, snapshots[0], now),
        queued: now.queued,
        bulk: now.bulk,
        batch: calls > 0 ? (now.rows - before.rows) / calls : NaN,
        pss: now.pss,
        heap: now.heap,
    });
}

function push(values) {
    for (const [name, series] of Object.entries(history)) {
        series.push(values[name] ?? NaN);
        if (series.length > SLOTS) {
            series.shift();
        }
    }
}

function draw() {
    for (const {chart, series} of CHARTS) {
        chart.draw(series.map(name => history[name]), SLOTS, pointed);
    }
}

function table() {
    if (!byId('live-details').open) {
        return;
    }
    byId('live-table').replaceChildren(...CHARTS.flatMap(({chart, series}) => series.map((name, line) => {
        const known = history[name].filter(Number.isFinite);
        const mean = known.length > 0 ? known.reduce((a, b) => a + b, 0) / known.length : NaN;
        const title = chart.lines[line] ? `${chart.title}, ${chart.lines[line]}` : chart.title;
        return el('tr', {},
            el('th', {scope: 'row'}, title),
            ...[history[name].at(-1), mean, Math.max(...known)].map(value => el('td', {}, chart.tell(value))));
    })));
}

/** Where a key is needed a plain link could not send it. */
async function openMetrics(event) {
    event.preventDefault();
    try {
        const text = await (await call('metrics')).blob();
        open(URL.createObjectURL(new Blob([text], {type: 'text/plain'})), '_blank', 'noopener');
    } catch {
        // Said by the field for the key, or by the server's state.
    }
}
