import {call, json, RequestError} from './api.js';

/** Bytes of an answer that are gathered before they go to the browser's own store. */
const GATHERED = 4 << 20;

/** So much of the answer's beginning is kept for a look at it. */
const HEAD = 1 << 16;

const POLL = 400;

const TYPES = {csv: 'text/csv', tsv: 'text/tab-separated-values', jsonl: 'application/jsonl'};

/** An id that the job is asked for by, even before its answer has begun. */
function newId() {
    return 'page-' + [...crypto.getRandomValues(new Uint8Array(12))].map(b => b.toString(16).padStart(2, '0')).join('');
}

/**
 * Sends a file to be labelled and takes the labelled one.
 *
 * `progress` is called with the job as the server accounts for it, while it runs. The result has the file as a Blob,
 * its first characters, and the job's last state.
 */
export async function label(file, query, progress, signal) {
    const id = newId();
    const over = new AbortController();
    const polling = poll(id, progress, over.signal);
    try {
        const response = await call('v1/jobs?' + new URLSearchParams(query), {
            method: 'POST',
            body: file,
            headers: {'content-type': TYPES[query.format], 'x-request-id': id},
            signal,
        });
        const {blob, head} = await take(response);
        return {blob, head, job: await json(`v1/jobs/${id}`)};
    } catch (error) {
        if (error.name === 'AbortError' || signal.aborted) {
            // The server finds out by itself when it writes; this is sooner.
            call(`v1/jobs/${id}`, {method: 'DELETE'}).catch(() => {});
            throw new DOMException('cancelled', 'AbortError');
        }
        throw error instanceof RequestError && error.status !== 0 ? error : await reasonOf(id, error);
    } finally {
        over.abort();
        await polling;
    }
}

async function take(response) {
    const reader = response.body.getReader();
    const blobs = [];
    const decoder = new TextDecoder();
    let head = '';
    let parts = [];
    let length = 0;
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
        if (head.length < HEAD) {
            head += decoder.decode(part.value, {stream: true});
        }
        parts.push(part.value);
        length += part.value.length;
        if (length >= GATHERED) {
            blobs.push(new Blob(parts));
            parts = [];
            length = 0;
        }
    }
    const type = response.headers.get('content-type') ?? 'text/plain';
    return {blob: new Blob([...blobs, ...parts], {type}), head};
}

/** Why an answer broke off: the job knows, where the server still answers. */
async function reasonOf(id, error) {
    try {
        const job = await json(`v1/jobs/${id}`);
        const done = job.rows > 0 ? ` after ${job.rows} rows` : '';
        return new Error(`The job ended early${done}: ${job.ending ?? 'the connection broke'}.`);
    } catch (other) {
        return other.status === 404 ? new Error('The connection to the server broke before the job began.')
            : other.status === 0 ? other : error;
    }
}

async function poll(id, progress, signal) {
    while (!signal.aborted) {
        await new Promise(resolve => {
            const timer = setTimeout(resolve, POLL);
            signal.addEventListener('abort', () => {
                clearTimeout(timer);
                resolve();
            }, {once: true});
        });
        if (!signal.aborted) {
            // Not known before the server has seen its first bytes; what fails here fails for the job, too.
            const job = await json(`v1/jobs/${id}`, {signal}).catch(() => null);
            if (job && !signal.aborted) {
                progress(job);
            }
        }
    }
}
