// Short messages at the lower edge. One that can be undone stays for eight seconds, and as long as it is looked at.

import { signal } from "../reactive/signals.js";
import { html, when } from "../reactive/template.js";
import { list } from "../reactive/list.js";
import { t, text } from "../language/texts.js";
import { icon } from "./icons.js";

/** @typedef {{ id: number, words: string, act: { words: string, run: () => void } | null }} Toast */

const STAY = 8_000;
const MOST = 3;

/** @type {import("../reactive/signals.js").Signal<Toast[]>} */
const shown = signal(/** @type {Toast[]} */ ([]));
let lastID = 0;
/** @type {Map<number, ReturnType<typeof setTimeout>>} */
const timers = new Map();

/**
 * @param {string} words
 * @param {{ words: string, run: () => void }} [act]
 */
export function say(words, act) {
    const toast = { id: (lastID += 1), words, act: act ?? null };
    for (const old of shown.peek().slice(0, Math.max(0, shown.peek().length - MOST + 1))) dismiss(old.id);
    shown.value = [...shown.peek(), toast];
    hurry(toast.id);
}

/**
 * Says that something was done and how to take it back.
 * @param {string} words
 * @param {() => void} undo
 */
export function sayUndoable(words, undo) {
    say(words, { words: t("action.undo"), run: undo });
}

/** @param {number} id */
function dismiss(id) {
    clearTimeout(timers.get(id));
    timers.delete(id);
    shown.value = shown.peek().filter((toast) => toast.id !== id);
}

/** @param {number} id */
function hurry(id) {
    clearTimeout(timers.get(id));
    timers.set(id, setTimeout(() => dismiss(id), STAY));
}

/** The place of the messages; once a page. */
export function toastPlace() {
    return html`<div class="toasts" role="status" aria-live="polite" aria-atomic="false">
        ${list(() => shown.value, (toast) => toast.id, (toast) => line(toast.peek()))}
    </div>`;
}

/** @param {Toast} toast */
function line(toast) {
    const hold = () => clearTimeout(timers.get(toast.id));
    const act = () => {
        dismiss(toast.id);
        toast.act?.run();
    };
    return html`<div class="toast" @mouseenter=${hold} @focusin=${hold}
            @mouseleave=${() => hurry(toast.id)} @focusout=${() => hurry(toast.id)}>
        <span>${toast.words}</span>
        ${when(() => toast.act !== null, () => html`
            <button type="button" class="button" @click=${act}>${toast.act?.words ?? ""}</button>`)}
        <button type="button" class="button icon-only" aria-label=${text("action.dismiss")}
            @click=${() => dismiss(toast.id)}>${icon("close")}</button>
    </div>`;
}
