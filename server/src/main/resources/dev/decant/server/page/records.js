const COMMA = 44, SEMICOLON = 59, TAB = 9, PIPE = 124, QUOTE = 34, LF = 10, CR = 13;

/** So much of a file is looked at before it is sent. */
const HEAD = 1 << 18;

/** A file's bytes as they are read, unpacked where it is gzip. */
export async function content(file) {
    const magic = new Uint8Array(await file.slice(0, 2).arrayBuffer());
    const packed = magic[0] === 0x1f && magic[1] === 0x8b;
    return packed ? file.stream().pipeThrough(new DecompressionStream('gzip')) : file.stream();
}

/** The beginning of a file as text; `whole` says whether that is all of it. */
async function head(file) {
    const reader = (await content(file)).getReader();
    const parts = [];
    let length = 0;
    let whole = false;
    while (length < HEAD && !whole) {
        const {done, value} = await reader.read();
        whole = done;
        if (value) {
            parts.push(value);
            length += value.length;
        }
    }
    reader.cancel().catch(() => {});
    const bytes = new Uint8Array(await new Blob(parts).slice(0, HEAD).arrayBuffer());
    const wide = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le'
        : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : null;
    return {text: new TextDecoder(wide ?? 'utf-8').decode(bytes, {stream: true}), whole: whole && length <= HEAD, wide};
}

/**
 * What a file looks like: format (csv, tsv, jsonl), delimiter, the first records as arrays of fields, and for
 * JSON Lines the columns. Throws an Error for the reader where it cannot be any of them.
 */
export async function inspect(file) {
    const {text, whole, wide} = await head(file);
    if (!text.trim()) {
        throw new Error(`${file.name} is empty.`);
    }
    const name = file.name.toLowerCase().replace(/\.gz$/, '');
    const first = text.trimStart()[0];
    if (/\.parquet$/.test(name) || text.startsWith('PAR1')) {
        throw new Error('Parquet is not taken here; use “decant classify” for it, or save the file as CSV.');
    }
    if (first === '[' && /\.json$/.test(name)) {
        throw new Error(`${file.name} is one JSON array. JSON Lines is needed: one object on each line.`);
    }
    if (/\0/.test(text)) {
        throw new Error(`${file.name} does not look like text. CSV, TSV and JSON Lines are taken.`);
    }
    if (/\.(jsonl|ndjson|json)$/.test(name) || (first === '{' && !/\.(csv|tsv|txt)$/.test(name))) {
        return {format: 'jsonl', wide, ...jsonLines(file, text, whole)};
    }
    const delimiter = /\.tsv$/.test(name) ? '\t' : likelyDelimiter(text);
    const records = delimited(text, delimiter, 60);
    if (!whole && records.length > 1 && records.length < 60) {
        records.pop(); // Cut off where the look ended.
    }
    return {format: delimiter === '\t' ? 'tsv' : 'csv', wide, delimiter, records};
}

function jsonLines(file, text, whole) {
    const lines = text.split('\n');
    if (!whole && lines.length > 1) {
        lines.pop();
    }
    const objects = [];
    for (const line of lines.slice(0, 60)) {
        try {
            const value = JSON.parse(line);
            if (value && typeof value === 'object' && !Array.isArray(value)) {
                objects.push(value);
            }
        } catch {
            // A broken line fails alone, and the server says why.
        }
    }
    if (objects.length === 0) {
        throw new Error(`${file.name} has no JSON object on its first lines. JSON Lines is one object on each line.`);
    }
    const columns = [...new Set(objects.flatMap(object => Object.keys(object)))];
    const records = objects.map(object => columns.map(column => asText(object[column])));
    return {columns, records, delimiter: null};
}

function asText(value) {
    return typeof value === 'string' ? value : value === null || value === undefined ? '' : JSON.stringify(value);
}

/** The delimiter that cuts the first records into the most fields of an equal number. */
function likelyDelimiter(text) {
    let best = ',';
    let most = 1;
    for (const delimiter of [',', ';', '\t', '|']) {
        const widths = delimited(text, delimiter, 12).slice(0, 10).map(record => record.length);
        if (widths.every(width => width === widths[0]) && widths[0] > most) {
            best = delimiter;
            most = widths[0];
        }
    }
    return best;
}

/** The first records of a delimited text, by RFC 4180. */
export function delimited(text, delimiter, most) {
    const records = [];
    let record = [];
    let field = '';
    let quoted = false;
    const end = () => {
        record.push(field);
        if (record.length > 1 || field !== '') {
            records.push(record);
        }
        record = [];
        field = '';
    };
    for (let i = 0; i < text.length && records.length < most; i++) {
        const c = text[i];
        if (quoted) {
            if (c !== '"') {
                field += c;
            } else if (text[i + 1] === '"') {
                field += c;
                i++;
            } else {
                quoted = false;
            }
        } else if (c === '"' && field === '') {
            quoted = true;
        } else if (c === delimiter) {
            record.push(field);
            field = '';
        } else if (c === '\n') {
            end();
        } else if (c !== '\r' || text[i + 1] !== '\n') {
            field += c;
        }
    }
    if (records.length < most && (record.length > 0 || field !== '')) {
        end();
    }
    return records;
}

/** Counts the records of a file, as far as bytes tell; null for encodings in which they do not. */
export async function countRecords(file, {format, delimiter, wide}, header, signal) {
    if (wide) {
        return null;
    }
    const counter = format === 'jsonl' ? new LineCounter() : new RecordCounter(delimiter);
    const reader = (await content(file)).getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
        if (signal.aborted) {
            reader.cancel().catch(() => {});
            return null;
        }
        counter.take(part.value);
    }
    return Math.max(0, counter.end() - (header && format !== 'jsonl' ? 1 : 0));
}

/** Counts lines that are not empty. */
class LineCounter {
    count = 0;
    blank = true;

    take(bytes) {
        for (const byte of bytes) {
            if (byte === LF) {
                this.count += this.blank ? 0 : 1;
                this.blank = true;
            } else if (byte > 32) {
                this.blank = false;
            }
        }
    }

    end() {
        return this.count + (this.blank ? 0 : 1);
    }
}

/** Counts records whose quoted fields may hold line breaks. */
class RecordCounter {
    count = 0;
    empty = true;
    start = true;
    quoted = false;

    constructor(delimiter) {
        this.delimiter = {',': COMMA, ';': SEMICOLON, '\t': TAB, '|': PIPE}[delimiter];
    }

    take(bytes) {
        for (const byte of bytes) {
            if (this.quoted) {
                if (byte === QUOTE) {
                    this.quoted = false; // Of two in a row the second opens it again.
                    this.start = true;
                }
            } else if (byte === QUOTE && this.start) {
                this.quoted = true;
                this.empty = false;
            } else if (byte === LF) {
                this.count += this.empty ? 0 : 1;
                this.empty = true;
                this.start = true;
            } else if (byte !== CR) {
                this.start = byte === this.delimiter;
                this.empty = false;
            }
        }
    }

    end() {
        return this.count + (this.empty ? 0 : 1);
    }
}
