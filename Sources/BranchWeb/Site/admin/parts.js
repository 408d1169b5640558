// Pieces that several places of the administration are made of.

import { signal } from "../reactive/signals.js";
import { html } from "../reactive/template.js";
import { icon } from "../widgets/icons.js";
import { confirmDanger } from "../widgets/dialogs.js";
import { sayProblem } from "./rows.js";

/**
 * The head of a place: a title, what it is for, and its main action.
 * @param {() => string} title
 * @param {() => string} intro
 * @param {unknown} [action]
 */
export function placeHead(title, intro, action = null) {
    return html`<header class="place-head"><div><h1>${title}</h1><p class="muted">${intro}</p></div>${action}</header>`;
}

/**
 * @param {string} back
 * @param {() => string} words of where it leads
 * @param {() => string} title
 */
export function detailHead(back, words, title) {
    return html`<header class="place-head"><div>
        <a class="back" href=${`#${back}`}>${icon("next")}${words}</a><h1>${title}</h1></div></header>`;
}

/**
 * @param {() => string} words
 * @param {() => Promise<unknown>} work
 */
export function addButton(words, work) {
    const isBusy = signal(false);
    const act = async () => {
        if (isBusy.peek()) return;
        isBusy.value = true;
        await work().catch(sayProblem);
        isBusy.value = false;
    };
    return html`<button type="button" class="button primary" aria-disabled=${() => (isBusy.value ? "true" : null)}
        @click=${act}>${icon("plus")}${words}</button>`;
}

/**
 * A button for what can't be undone: it says first what it does to people who wait.
 * @param {object} options
 * @param {() => string} options.words
 * @param {() => string} options.title
 * @param {() => unknown} options.impact
 * @param {() => Promise<unknown>} options.act
 */
export function dangerButton({ words, title, impact, act }) {
    const ask = async () => {
        if (!(await confirmDanger({ title, words: impact, act: words }))) return;
        await act().catch(sayProblem);
    };
    return html`<button type="button" class="button danger" @click=${ask}>${icon("trash")}${words}</button>`;
}

/**
 * @param {import("../widgets/icons.js").IconName} picture
 * @param {() => string} words
 */
export function emptyPlace(picture, words) {
    return html`<div class="empty">${icon(picture)}<p>${words}</p></div>`;
}

/**
 * @param {import("../widgets/icons.js").IconName} picture
 * @param {() => unknown} words
 * @param {"" | "good" | "slow" | "late"} [look]
 */
export function stateWords(picture, words, look = "") {
    return html`<span class=${`state ${look}`}>${icon(picture)}<span>${words}</span></span>`;
}

/**
 * @param {() => string} title
 * @param {unknown} content
 */
export function section(title, content) {
    return html`<section class="panel form"><h2>${title}</h2>${content}</section>`;
}
