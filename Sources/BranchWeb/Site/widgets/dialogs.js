// Dialogs: the browser's own <dialog>, named by its heading; the focus goes back to where it was.

import { Scope } from "../reactive/signals.js";
import { html, render } from "../reactive/template.js";
import { text } from "../language/texts.js";

let lastID = 0;

/**
 * Shows a dialog until it is answered. Escape and a close without an answer give null.
 * @template T
 * @param {() => string} title
 * @param {(answer: (value: T | null) => void) => unknown} body
 * @returns {Promise<T | null>}
 */
export function openDialog(title, body) {
    return new Promise((resolve) => {
        const before = document.activeElement;
        const box = document.createElement("dialog");
        const heading = `dialog-${(lastID += 1)}`;
        box.setAttribute("aria-labelledby", heading);
        document.body.append(box);
        /** @type {T | null} */
        let value = null;
        const answer = (/** @type {T | null} */ given) => {
            value = given;
            box.close();
        };
        const scope = new Scope(null);
        scope.run(() => render(html`<h2 id=${heading}>${title}</h2>${body(answer)}`, box));
        box.addEventListener("close", () => {
            scope.end();
            box.remove();
            if (before instanceof HTMLElement && before.isConnected) before.focus();
            resolve(value);
        });
        box.showModal();
    });
}

/**
 * Asks before something that can't be undone. The safe answer has the focus.
 * @param {{ title: () => string, words: () => unknown, act: () => string }} question
 * @returns {Promise<boolean>}
 */
export async function confirmDanger(question) {
    const answer = await openDialog(question.title, (/** @type {(value: boolean | null) => void} */ give) => html`
        <div class="stack tight">${question.words}</div>
        <div class="actions end">
            <button type="button" class="button" autofocus @click=${() => give(null)}>${text("action.cancel")}</button>
            <button type="button" class="button danger" @click=${() => give(true)}>${question.act}</button>
        </div>`);
    return answer === true;
}
