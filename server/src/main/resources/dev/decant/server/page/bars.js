import {el} from './dom.js';
import {count, figure, percent} from './numbers.js';

/** More bars than this are shown on demand only. */
const MOST = 8;

/** A list of bars that keeps its elements, so that they move when the values do. */
export class Bars {
    /** @param more the button that shows the bars beyond the first */
    constructor(list, more) {
        this.list = list;
        this.more = more;
        this.all = false;
        this.rows = [];
        more.addEventListener('click', () => {
            this.all = !this.all;
            this.show(this.rows);
        });
    }

    /** Shows rows of name, value, part (0 to 1, the bar's length) and best. */
    show(rows) {
        this.rows = rows;
        const shown = this.all ? rows : rows.slice(0, MOST);
        while (this.list.children.length > shown.length) {
            this.list.lastElementChild.remove();
        }
        while (this.list.children.length < shown.length) {
            this.list.append(el('li', {},
                el('span', {class: 'name', dir: 'auto'}),
                el('span', {class: 'amount'}),
                el('span', {class: 'track', 'aria-hidden': 'true'}, el('i'))));
        }
        shown.forEach((row, index) => {
            const [name, amount, track] = this.list.children[index].children;
            this.list.children[index].className = row.best ? 'best' : '';
            name.textContent = row.name;
            amount.textContent = row.amount;
            amount.title = row.exact;
            track.firstElementChild.style.width = `${Math.min(1, Math.max(0, row.part)) * 100}%`;
        });
        this.more.hidden = rows.length <= MOST;
        this.more.textContent = this.all ? `Show the first ${MOST}` : `Show all ${count(rows.length)}`;
        this.more.setAttribute('aria-expanded', this.all);
    }
}

/** Rows of bars from scores, the best first; a regression's values are no shares of anything. */
export function scoreRows(scores, regression) {
    const longest = Math.max(...scores.map(score => Math.abs(score.score)), Number.MIN_VALUE);
    const best = Math.max(...scores.map(score => score.score));
    return scores.map(({label, score}) => ({
        name: label,
        amount: amountOf(score, regression),
        exact: String(score),
        part: regression ? Math.abs(score) / longest : score,
        best: score === best,
    }));
}

/** A score as it is told. */
export function amountOf(score, regression) {
    return regression || score < 0 || score > 1 ? figure(score) : percent(score);
}

/** Rows of bars from counts by name, the most frequent first. */
export function countRows(counts) {
    const entries = Object.entries(counts).sort((a, b) => b[1] - a[1]);
    const all = entries.reduce((sum, entry) => sum + entry[1], 0);
    return entries.map(([name, value]) => ({
        name,
        amount: `${count(value)} · ${percent(value / all)}`,
        exact: '',
        part: value / all,
        best: false,
    }));
}
