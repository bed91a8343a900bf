import {access, call, json} from './api.js';
import {byId, el, repeat, tell} from './dom.js';
import {count} from './numbers.js';

/** Says `chosen` when another model is to answer. */
export const modelEvents = new EventTarget();

const READING = {
    READY: ['ready', 'ready'],
    LOADING: ['waiting', 'loading'],
    UNLOADING: ['waiting', 'unloading'],
    UNAVAILABLE: ['down', 'not loaded'],
};

const details = new Map();
let states = [];
let texts = new Map();

/** The model that the reader chose, or null: the server's first. */
export function chosenModel() {
    const select = byId('model');
    return select.options.length > 0 ? select.value : null;
}

/** Labels, problem type, longest input and workers of a model, or undefined where they are not known yet. */
export function modelDetails(name) {
    return details.get(name ?? states[0]?.name);
}

/** Shows how many texts each model has run, those of jobs included. */
export function showTexts(counts) {
    texts = counts;
    for (const [name, value] of counts) {
        const cell = [...byId('models').querySelectorAll('td[data-texts]')].find(td => td.dataset.texts === name);
        if (cell) {
            cell.textContent = count(value);
        }
    }
}

/** Watches the models and the server. */
export function startModels() {
    byId('model').addEventListener('change', () => modelEvents.dispatchEvent(new Event('chosen')));
    const look = repeat(watch, () => (states.length > 0 && states.every(model => model.state === 'READY') ? 3000 : 1000));
    access.addEventListener('unlocked', () => {
        details.clear();
        look();
    });
}

async function watch() {
    let health;
    try {
        health = await json('readyz', {lenient: true});
    } catch {
        serverState('down', 'Unreachable');
        return;
    }
    serverState(...reading(health));
    const next = health.models ?? [];
    for (const model of next) {
        const known = details.get(model.name);
        if (model.state === 'READY' && known?.version !== model.version) {
            await learn(model);
        }
    }
    states = next;
    showChooser();
    showModels();
}

function reading(health) {
    switch (health.status) {
        case 'ready':
            return ['ready', 'Ready'];
        case 'draining':
            return ['down', 'Stopping'];
        default:
            return health.models?.some(model => model.state === 'LOADING')
                ? ['waiting', 'Loading'] : ['waiting', 'Not ready'];
    }
}

function serverState(state, text) {
    if (byId('state-text').textContent !== text) {
        byId('state').dataset.state = state;
        byId('state-text').textContent = text;
    }
}

async function learn(model) {
    const path = `v2/models/${encodeURIComponent(model.name)}`;
    try {
        const [metadata, config] = await Promise.all([json(path), json(`${path}/config`)]);
        details.set(model.name, {
            version: model.version,
            labels: metadata.parameters?.labels ?? [],
            problemType: config.parameters?.problem_type?.string_value,
            longest: Number(config.parameters?.max_input_tokens?.string_value) || Infinity,
            workers: config.instance_group?.[0]?.count,
        });
    } catch {
        // Without a key, or just swapped: asked for again at the next look.
    }
}

function showChooser() {
    const select = byId('model');
    const signature = states.map(model => `${model.name} ${model.state}`).join('\n');
    if (select.dataset.signature === signature) {
        return;
    }
    select.dataset.signature = signature;
    const before = chosenModel();
    select.replaceChildren(...states.map(model => el('option',
        {value: model.name, disabled: model.state !== 'READY', selected: model.name === before},
        model.state === 'READY' ? model.name : `${model.name} (${READING[model.state]?.[1] ?? model.state})`)));
    if (!states.some(model => model.name === before)) {
        const ready = states.findIndex(model => model.state === 'READY');
        select.selectedIndex = Math.max(0, ready);
    }
    byId('model-chooser').hidden = states.length < 2;
    if (chosenModel() !== before) {
        modelEvents.dispatchEvent(new Event('chosen'));
    }
}

let shown = '';

function showModels() {
    const rows = states.map(model => ({...model, ...details.get(model.name)}));
    const now = JSON.stringify(rows);
    if (now === shown) {
        return;
    }
    shown = now;
    byId('models').replaceChildren(...rows.map(row => {
        const [state, word] = READING[row.state] ?? ['waiting', row.state.toLowerCase()];
        return el('tr', {},
            el('th', {scope: 'row', dir: 'auto'}, row.name),
            el('td', {'data-title': 'State'}, el('div', {},
                el('span', {class: 'state', 'data-state': state}, el('span', {class: 'dot', 'aria-hidden': 'true'}), word),
                row.reason ? el('span', {class: 'reason'}, row.reason) : null)),
            el('td', {'data-title': 'Labels', dir: 'auto'}, labelsOf(row.labels)),
            number('Longest input', row.longest < 1e9 ? `${count(row.longest)} tokens` : '–'),
            number('Workers', row.workers ? count(row.workers) : '–'),
            number('Texts run', texts.has(row.name) ? count(texts.get(row.name)) : '–', {'data-texts': row.name}));
    }));
}

function number(title, text, more = {}) {
    return el('td', {class: 'number', 'data-title': title, ...more}, text);
}

function labelsOf(labels) {
    if (!labels || labels.length === 0) {
        return '–';
    }
    const first = labels.slice(0, 6).join(', ');
    return labels.length > 6 ? `${first} and ${labels.length - 6} more` : first;
}
