import {access} from './api.js';
import {byId, el, tell} from './dom.js';
import {label} from './job.js';
import {chosenModel} from './models.js';
import {about, bytes, count, counted, percent} from './numbers.js';
import {showOutcome} from './outcome.js';
import {countRecords, inspect} from './records.js';

const TEXT_NAMES = /^(text|texts|review|reviews|description|body|content|comment|message|sentence|tweet|title)$/i;

/** Columns that the server adds; a file that has one of them gets a prefix. */
const ADDED = ['label', 'score', 'error'];

let file = null;
let shape = null;
let running = null;

/** The panel that takes a file and gives back the labelled one. */
export function startFile() {
    const input = byId('file');
    input.addEventListener('change', () => choose(input.files[0]));
    dropping(choose);
    byId('header').addEventListener('change', showColumns);
    byId('column').addEventListener('change', showGlimpse);
    byId('scores').addEventListener('change', showPrefix);
    byId('job-form').addEventListener('submit', event => {
        event.preventDefault();
        run();
    });
    byId('job-cancel').addEventListener('click', () => running?.abort());
    byId('again').addEventListener('click', () => {
        choose(null);
        input.focus();
    });
    access.addEventListener('unlocked', () => tell(byId('file-fault'), null));
}

function dropping(take) {
    const carriesFile = event => [...(event.dataTransfer?.types ?? [])].includes('Files');
    const panel = byId('file-panel');
    document.addEventListener('dragover', event => {
        if (carriesFile(event)) {
            event.preventDefault(); // Else the browser would leave the page for the file.
            panel.classList.toggle('dragging', !running);
        }
    });
    document.addEventListener('dragleave', event => {
        if (!event.relatedTarget) {
            panel.classList.remove('dragging');
        }
    });
    document.addEventListener('drop', event => {
        if (carriesFile(event)) {
            event.preventDefault();
            panel.classList.remove('dragging');
            if (!running) {
                take(event.dataTransfer.files[0]);
            }
        }
    });
}

async function choose(next) {
    file = next ?? null;
    shape = null;
    byId('file').value = '';
    byId('drop').hidden = false;
    byId('drop').classList.toggle('chosen', Boolean(file));
    byId('drop-text').replaceChildren(
        ...(file ? [el('b', {}, file.name), ` · ${bytes(file.size)}`] : [el('b', {}, 'Choose a file'), ' or drop it here']));
    byId('file-hint').textContent = file ? 'Choose or drop another one' : 'CSV, TSV or JSON Lines, also as .gz';
    for (const id of ['job-form', 'job', 'done']) {
        byId(id).hidden = true;
    }
    tell(byId('file-fault'), null);
    if (!file) {
        return;
    }
    const asked = file;
    try {
        const found = await inspect(asked);
        if (file !== asked) {
            return;
        }
        shape = found;
        byId('header-check').hidden = shape.format === 'jsonl';
        byId('header').checked = true;
        showColumns();
        byId('job-form').hidden = false;
        byId('file-said').textContent = `${file.name} chosen. Choose the column with the text.`;
    } catch (error) {
        tell(byId('file-fault'), error instanceof TypeError || error.name === 'NotReadableError'
            ? `${asked.name} cannot be read.` : error.message);
    }
}

function columns() {
    if (shape.columns) {
        return shape.columns;
    }
    const first = shape.records[0];
    return byId('header').checked ? first : first.map((field, index) => String(index + 1));
}

function rows() {
    return shape.columns || !byId('header').checked ? shape.records : shape.records.slice(1);
}

function showColumns() {
    const names = columns();
    const lengths = names.map((name, index) => {
        const fields = rows().map(row => row[index] ?? '').filter(field => !/^[\s\d.,:/+-]*$/.test(field));
        return fields.reduce((sum, field) => sum + field.length, 0);
    });
    const named = names.findIndex((name, index) => TEXT_NAMES.test(name) && lengths[index] > 0);
    const longest = lengths.indexOf(Math.max(...lengths));
    byId('column').replaceChildren(...names.map((name, index) =>
        el('option', {value: index}, shape.columns || byId('header').checked ? name || '(no name)' : `Column ${name}`)));
    byId('column').selectedIndex = named >= 0 ? named : longest;
    showGlimpse();
    showPrefix();
}

function showGlimpse() {
    const index = byId('column').selectedIndex;
    const texts = rows().slice(0, 3).map(row => row[index] ?? '');
    byId('glimpse').replaceChildren(
        ...texts.map(text => el('li', {dir: 'auto'}, text.slice(0, 300).replace(/\s+/g, ' ') || '(empty)')));
}

/** What stands before the added columns' names where the file has such columns already. */
function prefix() {
    const names = columns();
    const taken = start => names.some(name => ADDED.some(added => name === start + added)
        || (byId('scores').checked && name.startsWith(start + 'score_')));
    let start = '';
    for (let tries = 1; taken(start); tries++) {
        start = tries === 1 ? 'decant_' : `decant${tries}_`;
    }
    return start;
}

function showPrefix() {
    const start = prefix();
    tell(byId('prefix-hint'), start
        ? `The file has columns called so already; the new ones will be ${start}label and ${start}score.` : null);
}

function query() {
    const names = columns();
    const asked = {
        format: shape.format,
        column: names[byId('column').selectedIndex],
        header: byId('header').checked || shape.format === 'jsonl',
        scores: byId('scores').checked,
    };
    if (shape.format === 'csv' && shape.delimiter !== ',') {
        asked.delimiter = shape.delimiter;
    }
    const start = prefix();
    if (start) {
        asked.prefix = start;
    }
    const model = chosenModel();
    if (model) {
        asked.model = model;
    }
    return asked;
}

async function run() {
    const asked = query();
    running = new AbortController();
    const signal = running.signal;
    const meter = new Meter();
    tell(byId('file-fault'), null);
    byId('drop').hidden = true;
    byId('job-form').hidden = true;
    byId('job').hidden = false;
    byId('job-cancel').focus();
    countRecords(file, shape, asked.header, signal).then(all => meter.expect(all), () => {});
    try {
        const result = await label(file, asked, job => meter.show(job.rows), signal);
        byId('job').hidden = true;
        showOutcome({...result, file, shape, asked, millis: performance.now() - meter.began});
    } catch (error) {
        byId('job').hidden = true;
        byId('drop').hidden = false;
        byId('job-form').hidden = false;
        if (error.name === 'AbortError') {
            byId('file-said').textContent = 'Cancelled.';
        } else {
            tell(byId('file-fault'), error.message);
        }
        byId('job-form').querySelector('button').focus();
    } finally {
        running.abort();
        running = null;
    }
}

/** The progress bar with what stands around it. */
class Meter {
    began = performance.now();
    all = null;
    rows = 0;
    said = 0;

    constructor() {
        byId('job-progress').removeAttribute('value');
        byId('job-rows').textContent = `Sending ${file.name}`;
        byId('job-rate').textContent = '';
    }

    expect(all) {
        this.all = all;
        if (this.rows > 0) {
            this.show(this.rows);
        }
    }

    show(rows) {
        this.rows = rows;
        const bar = byId('job-progress');
        const rate = rows / ((performance.now() - this.began) / 1000);
        // The server has the last word on what is a record, so the count may be a little off.
        const share = this.all ? Math.min(1, rows / this.all) : null;
        if (share === null) {
            bar.removeAttribute('value');
        } else {
            bar.value = share;
        }
        byId('job-rows').textContent = share === null ? counted(rows, 'row', 'rows')
            : `${count(Math.min(rows, this.all))} of ${counted(this.all, 'row', 'rows')}`;
        if (rows > 0) {
            const left = share === null ? '' : `, about ${about((this.all - rows) / rate)} left`;
            byId('job-rate').textContent = `${count(Math.round(rate))} rows a second${share === 1 ? '' : left}`;
        }
        const quarter = share === null ? 0 : Math.floor(share * 4);
        if (quarter > this.said) {
            this.said = quarter;
            byId('file-said').textContent = `${percent(share)} of the rows are labelled.`;
        }
    }
}
