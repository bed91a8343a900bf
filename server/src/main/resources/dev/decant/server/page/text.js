import {access, call} from './api.js';
import {amountOf, Bars, scoreRows} from './bars.js';
import {byId, tell} from './dom.js';
import {chosenModel, modelDetails, modelEvents} from './models.js';
import {counted, millis} from './numbers.js';

/** How long after the last key a text is sent, and how long after an answer it is read out. */
const TYPING = 250;
const SAYING = 900;

/** Labels up to this many keep the model's order, so that the bars do not change places while one types. */
const FEW = 4;

let bars;
let sending = null;
let timer = 0;
let saying = 0;

/** The panel that answers a text while it is typed. */
export function startText() {
    const text = byId('text');
    bars = new Bars(byId('text-bars'), byId('text-more'));
    text.addEventListener('input', () => later(TYPING));
    text.addEventListener('keydown', event => {
        if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
            event.preventDefault();
            later(0);
        }
    });
    byId('text-form').addEventListener('submit', event => {
        event.preventDefault();
        if (text.value.trim()) {
            later(0);
        } else {
            text.focus();
        }
    });
    byId('text-samples').addEventListener('click', event => {
        if (event.target.matches('button')) {
            text.value = event.target.textContent;
            text.focus();
            later(0);
        }
    });
    const again = () => later(0);
    modelEvents.addEventListener('chosen', again);
    access.addEventListener('unlocked', again);
    later(0); // A browser may have kept the text over a reload.
}

function later(delay) {
    clearTimeout(timer);
    timer = setTimeout(classify, delay);
}

async function classify() {
    sending?.abort();
    const text = byId('text').value;
    const blank = !text.trim();
    if (blank) {
        tell(byId('text-fault'), null);
        byId('text-blank').hidden = false;
        byId('text-result').hidden = true;
        byId('text-answer').classList.remove('pending');
        clearTimeout(saying);
        return;
    }
    const mine = new AbortController();
    sending = mine;
    byId('text-answer').classList.add('pending');
    const began = performance.now();
    try {
        const model = chosenModel();
        const response = await call(model ? `models/${encodeURIComponent(model)}` : 'predict', {
            method: 'POST',
            headers: {'content-type': 'application/json'},
            body: JSON.stringify({inputs: text}),
            signal: mine.signal,
        });
        const scores = await response.json();
        const took = performance.now() - began;
        if (mine === sending) {
            show(scores, Number(response.headers.get('x-compute-tokens')), took);
        }
    } catch (error) {
        if (error.name !== 'AbortError' && mine === sending) {
            fail(error);
        }
    } finally {
        if (mine === sending) {
            byId('text-answer').classList.remove('pending');
        }
    }
}

function show(scores, tokens, took) {
    const details = modelDetails(chosenModel());
    const regression = details?.problemType === 'REGRESSION';
    const best = scores.reduce((a, b) => (b.score > a.score ? b : a));
    const order = details?.labels ?? [];
    if (scores.length <= FEW && scores.every(score => order.includes(score.label))) {
        scores.sort((a, b) => order.indexOf(a.label) - order.indexOf(b.label));
    }
    tell(byId('text-fault'), null);
    byId('text-blank').hidden = true;
    byId('text-result').hidden = false;
    byId('text-label').textContent = best.label;
    byId('text-score').textContent = amountOf(best.score, regression);
    bars.show(scoreRows(scores, regression));
    const cut = details && tokens >= details.longest
        ? ' This is as much as the model reads at once: what lies beyond was cut.' : '';
    byId('text-cost').textContent = (tokens ? `${counted(tokens, 'token', 'tokens')}, answered in ` : 'Answered in ')
        + `${millis(took)}.${cut}`;
    say(`${best.label}, ${amountOf(best.score, regression)}.${cut}`);
}

function fail(error) {
    byId('text-result').hidden = true;
    byId('text-blank').hidden = true;
    const again = error.status === 429 && error.retryAfter > 0;
    tell(byId('text-fault'), again ? `${error.message} Trying again then.` : error.message);
    if (again) {
        later(error.retryAfter * 1000);
    }
}

/** Reads an answer out once the typing has paused. */
function say(line) {
    clearTimeout(saying);
    saying = setTimeout(() => {
        byId('text-said').textContent = line;
    }, SAYING);
}
