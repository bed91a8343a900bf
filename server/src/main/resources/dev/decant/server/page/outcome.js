import {Bars, countRows} from './bars.js';
import {byId, el} from './dom.js';
import {about, bytes, count, counted} from './numbers.js';
import {delimited} from './records.js';

/** Rows of the labelled file that are shown. */
const SHOWN = 6;

let bars = null;
let address = null;

/** Shows what became of a file: its rows accounted for, the download, the labels, the first rows. */
export function showOutcome({blob, head, job, file, shape, asked, millis}) {
    bars ??= new Bars(byId('done-bars'), byId('done-more'));
    if (address) {
        URL.revokeObjectURL(address);
    }
    address = URL.createObjectURL(blob);
    const name = nameOf(file.name, shape.format);
    const link = byId('download');
    link.href = address;
    link.download = name;
    byId('download-name').textContent = ` ${name}`;
    byId('download-hint').textContent = `${name}, ${bytes(blob.size)}`;
    const seconds = millis / 1000;
    const title = `${counted(job.rows, 'row', 'rows')} in ${seconds < 10 ? `${seconds.toFixed(1)} s` : about(seconds)}`;
    byId('done-title').textContent = title;
    byId('done-rows').textContent = account(job);
    const rows = countRows(job.labels);
    byId('done-bars').hidden = rows.length === 0;
    bars.show(rows);
    preview(head, shape, asked);
    byId('done').hidden = false;
    byId('done-title').focus();
    byId('file-said').textContent = `Done: ${title}. ${account(job)}`;
}

function account(job) {
    const parts = [`${count(job.scored)} scored`];
    parts.push(job.failed > 0 ? `${count(job.failed)} failed (the reason is in the column “error”)` : 'none failed');
    if (job.skipped > 0) {
        parts.push(`${count(job.skipped)} skipped, since there was no text`);
    }
    return parts.join(', ') + '.';
}

/** reviews.csv.gz → reviews.labelled.csv */
function nameOf(name, format) {
    const plain = name.replace(/\.gz$/i, '');
    const dot = plain.lastIndexOf('.');
    return dot > 0 ? `${plain.slice(0, dot)}.labelled${plain.slice(dot)}` : `${plain}.labelled.${format}`;
}

function preview(head, shape, asked) {
    const {columns, records} = shape.format === 'jsonl' ? fromJsonLines(head) : fromDelimited(head, shape.delimiter);
    const start = asked.prefix ?? '';
    const added = columns.filter(name => [`${start}label`, `${start}score`, `${start}error`].includes(name)
        || name.startsWith(`${start}score_`));
    // The text and what was added to it; the other columns are in the file.
    const cell = (record, name) => record[columns.indexOf(name)] ?? '';
    const rows = records.slice(0, SHOWN);
    const shown = [asked.column, ...added.filter(name => rows.some(record => cell(record, name) !== ''))];
    byId('preview').replaceChildren(
        el('caption', {class: 'unseen'}, 'The first labelled rows'),
        el('thead', {}, el('tr', {}, ...shown.map(name => el('th', {scope: 'col', dir: 'auto'}, name)))),
        el('tbody', {}, ...rows.map(record =>
            el('tr', {}, ...shown.map(name => el('td', {dir: 'auto', title: cell(record, name).slice(0, 600)},
                cell(record, name).slice(0, 300)))))));
}

function fromDelimited(head, delimiter) {
    const [columns, ...records] = delimited(head.replace(/^\ufeff/, ''), delimiter, SHOWN + 2);
    return {columns: columns ?? [], records};
}

function fromJsonLines(head) {
    const objects = head.split('\n').slice(0, SHOWN).flatMap(line => {
        try {
            return [JSON.parse(line)];
        } catch {
            return [];
        }
    });
    const columns = [...new Set(objects.flatMap(object => Object.keys(object)))];
    return {columns, records: objects.map(object => columns.map(name => {
        const value = object[name] ?? '';
        return typeof value === 'string' ? value : JSON.stringify(value);
    }))};
}
