/** Says `locked` when the server wants a key, `unlocked` when there is a new one. */
export const access = new EventTarget();

const KEY = 'decant.key';
let key = remembered();

function remembered() {
    try {
        return sessionStorage.getItem(KEY) ?? '';
    } catch {
        return ''; // Storage can be forbidden: the key is then known until the page is left.
    }
}

/** Sends this key from now on. */
export function useKey(value) {
    key = value;
    try {
        sessionStorage.setItem(KEY, value);
    } catch {
        // As above.
    }
    access.dispatchEvent(new Event('unlocked'));
}

/** A request that did not get its answer. Its message is for the reader of the page. */
export class RequestError extends Error {
    constructor(status, line, retryAfter) {
        super(words(status, line, retryAfter));
        this.status = status;
        this.line = line;
        this.retryAfter = retryAfter;
    }
}

function words(status, line, retryAfter) {
    switch (status) {
        case 0:
            return 'The server cannot be reached. Is it still running?';
        case 401:
            return 'The server wants an API key; the field for it is at the top of the page.';
        case 413:
            return `This is more than the server takes at once: ${line}.`;
        case 415:
        case 422:
            return `The server cannot use this: ${line}.`;
        case 424:
            return `The model failed at this: ${line}.`;
        case 429:
            return 'The server is busy and takes no more for the moment'
                + (line ? `: ${line}.` : '.') + (retryAfter ? ` Room is expected in ${seconds(retryAfter)}.` : '');
        case 503:
            return `The server is not ready: ${line}.`;
        case 504:
            return 'The server was too busy to answer in time.';
        default:
            return status >= 500 ? `Something went wrong in the server: ${line}.` : `The server refused this: ${line}.`;
    }
}

function seconds(count) {
    return count === 1 ? 'a second' : `${count} seconds`;
}

/** The answer to a request; `path` is relative, so that a server behind a prefix works too. */
export async function call(path, options = {}) {
    const headers = new Headers(options.headers);
    const sent = key;
    if (key) {
        headers.set('authorization', `Bearer ${key}`);
    }
    let response;
    try {
        response = await fetch(path, {cache: 'no-store', ...options, headers});
    } catch (fault) {
        if (fault.name === 'AbortError') {
            throw fault;
        }
        throw new RequestError(0, '', 0);
    }
    if (response.ok || options.lenient) {
        return response;
    }
    if (response.status === 401 && sent !== key) {
        return call(path, options); // The key came while this was on its way.
    }
    const error = new RequestError(
        response.status, await lineOf(response), Number(response.headers.get('retry-after')) || 0);
    if (error.status === 401) {
        access.dispatchEvent(new CustomEvent('locked', {detail: key ? 'The server does not know this key.' : ''}));
    }
    throw error;
}

async function lineOf(response) {
    const body = await response.text().catch(() => '');
    let line = body;
    try {
        line = JSON.parse(body).error ?? body;
    } catch {
        // Whatever stands between us and the server may answer in its own words.
    }
    return String(line).slice(0, 500).replace(/\.\s*$/, '') || `status ${response.status}`;
}

/** The answer's JSON. */
export async function json(path, options) {
    return (await call(path, options)).json();
}
