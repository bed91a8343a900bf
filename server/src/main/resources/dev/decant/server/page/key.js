import {access, json, useKey} from './api.js';
import {byId} from './dom.js';

/** The field for the API key, which is there where the server asks for one. */
export function startKey() {
    const form = byId('key-form');
    const field = byId('key');
    const fault = byId('key-fault');
    access.addEventListener('locked', event => {
        form.hidden = false;
        if (fault.textContent !== event.detail) {
            fault.textContent = event.detail;
        }
    });
    form.addEventListener('submit', async event => {
        event.preventDefault();
        fault.textContent = '';
        useKey(field.value.trim());
        try {
            await json('v2');
            field.value = '';
            form.hidden = true;
            byId('text').focus();
        } catch (error) {
            if (error.status !== 401) {
                fault.textContent = error.message;
            }
            field.select();
        }
    });
}
