/** The element of the page with this id. */
export function byId(id) {
    return document.getElementById(id);
}

/** A new element. Strings among the children become text, never markup. */
export function el(name, attributes = {}, ...children) {
    return fill(document.createElement(name), attributes, children);
}

/** A new SVG element. */
export function svg(name, attributes = {}, ...children) {
    return fill(document.createElementNS('http://www.w3.org/2000/svg', name), attributes, children);
}

function fill(element, attributes, children) {
    for (const [key, value] of Object.entries(attributes)) {
        if (value !== null && value !== undefined && value !== false) {
            element.setAttribute(key, value === true ? '' : value);
        }
    }
    element.append(...children.filter(child => child !== null && child !== undefined));
    return element;
}

/** Shows a line of text in its place, or hides the place where there is none. */
export function tell(element, line) {
    element.textContent = line ?? '';
    element.hidden = !line;
}

/** Runs `task`, and again so many milliseconds after it has ended, while the page is looked at. */
export function repeat(task, millis) {
    let timer = 0;
    let running = false;
    const run = async () => {
        clearTimeout(timer);
        if (running) {
            return;
        }
        running = true;
        try {
            await task();
        } finally {
            running = false;
            if (!document.hidden) {
                timer = setTimeout(run, millis());
            }
        }
    };
    document.addEventListener('visibilitychange', () => {
        if (document.hidden) {
            clearTimeout(timer);
        } else {
            run();
        }
    });
    run();
    return run;
}
