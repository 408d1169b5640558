// A time of day in 24 hours, typed as people type it: "9", "930", "9.30", "17:05". The browser's own control follows
// the system's language instead of the page's, and shows half of the day in letters.

import { html } from "../reactive/template.js";

/**
 * "09:30", or "" for what is no time of day.
 * @param {string} typed
 */
export function timeOf(typed) {
    const found = /^\s*(\d{1,2})(?:\s*[:.hH ]?\s*(\d{2}))?\s*$/.exec(typed);
    if (found === null) return "";
    const [hours, minutes] = [Number(found[1]), Number(found[2] ?? 0)];
    if (hours > 24 || minutes > 59 || (hours === 24 && minutes > 0)) return "";
    return `${String(hours).padStart(2, "0")}:${String(minutes).padStart(2, "0")}`;
}

/**
 * @param {object} options
 * @param {() => string} options.label
 * @param {() => string} options.value
 * @param {(time: string) => void} options.changed
 */
export function timeInput({ label, value, changed }) {
    const read = (/** @type {Event} */ event) => {
        const input = /** @type {HTMLInputElement} */ (event.target);
        const time = timeOf(input.value);
        if (time !== "") input.value = time;
        changed(time);
    };
    return html`<input class="control time" type="text" inputmode="numeric" maxlength="8" placeholder="00:00"
        autocomplete="off" aria-label=${label} .value=${value} @change=${read}>`;
}
