// One operation: what it is for, what goes in, what comes out, and how it is called.

import { computed } from "../reactive/signals.js";
import { html, when } from "../reactive/template.js";
import { t, text } from "../language/texts.js";
import { curlFor } from "./interface.js";

/** @typedef {import("./interface.js").Operation} Operation */
/** @typedef {import("./interface.js").Field} Field */
/** @typedef {import("./interface.js").Reply} Reply */

/**
 * @param {Operation} operation
 * @param {import("../reactive/signals.js").Signal<string>} opened
 */
export function operationView(operation, opened) {
    const isOpen = computed(() => opened.value === operation.id);
    const turned = (/** @type {Event} */ event) => {
        const isNow = /** @type {HTMLDetailsElement} */ (event.target).open;
        if (isNow === isOpen.peek()) return;
        opened.value = isNow ? operation.id : "";
        history.replaceState(null, "", isNow ? `#${operation.id}` : location.pathname);
    };
    return html`<details class="operation" id=${operation.id} ?open=${() => isOpen.value} @toggle=${turned}>
        <summary>
            <code class=${`method ${operation.method}`}>${operation.method}</code>
            <code class="path">${operation.path}</code>
            <span class="muted">${operation.summary}</span>
        </summary>
        ${when(() => isOpen.value, () => insides(operation))}
    </details>`;
}

/** @param {Operation} operation */
function insides(operation) {
    const good = operation.replies.filter((reply) => Number(reply.status) < 400);
    const bad = operation.replies.filter((reply) => Number(reply.status) >= 400);
    return html`<div class="insides stack">
        ${operation.words === "" ? null : html`<p>${ticked(operation.words)}</p>`}
        <p class="roles"><span class="muted">${text("docs.who")}</span>
            ${operation.roles === null ? html`<span>${text("docs.anyone")}</span>`
                : operation.roles.map((role) => html`<code class="role">${role}</code> `)}</p>
        ${operation.parameters.length === 0 ? null : html`<section>
            <h3>${text("docs.parameters")}</h3>${fieldTable(operation.parameters)}</section>`}
        ${operation.body.length === 0 ? null : html`<section>
            <h3>${text("docs.body")}</h3>${fieldTable(operation.body)}</section>`}
        <section><h3>${text("docs.answers")}</h3>
            ${good.map(goodReply)}
            ${bad.length === 0 ? null : html`<dl class="problems">${bad.map(badReply)}</dl>`}</section>
        <section><h3>${text("docs.example")}</h3>
            <pre tabindex="0" class="scroll" role="group" aria-label=${text("docs.example")}>${
                curlFor(operation, location.origin)}</pre></section>
    </div>`;
}

/** @param {Reply} reply */
function goodReply(reply) {
    return html`<div class="reply">
        <p><code class="status">${reply.status}</code> ${ticked(reply.words)}</p>
        ${reply.fields.length === 0 ? null : html`<details class="shape"><summary>${text("docs.fields")}</summary>
            ${fieldTable(reply.fields)}</details>`}
    </div>`;
}

/** @param {Reply} reply */
function badReply(reply) {
    return html`<div><dt><code class="status bad">${reply.status}</code></dt>
        <dd>${reply.codes.length > 0 ? reply.codes.map((code) => html`<code class="role">${code}</code> `)
            : ticked(reply.words)}</dd></div>`;
}

/** @param {Array<Field & { where?: string }>} fields */
function fieldTable(fields) {
    return html`<div class="scroll" tabindex="0" role="group" aria-label=${text("docs.fields")}>
        <table class="fields-table">
        <thead><tr><th scope="col">${text("docs.name")}</th><th scope="col">${text("docs.type")}</th>
            <th scope="col">${text("docs.meaning")}</th></tr></thead>
        <tbody>${fields.map((field) => html`<tr>
            <th scope="row" class=${`depth-${field.depth}`}><code>${field.name}</code>
                ${field.isNeeded ? html`<span class="needed small">${text("docs.needed")}</span>` : null}</th>
            <td><code>${field.type}</code>${field.where ? html`
                <span class="muted small">${t("docs.in", { place: field.where })}</span>` : null}</td>
            <td>${ticked(field.words)}${field.limits === "" ? null
                : html` <span class="muted small limits">${field.limits}</span>`}</td>
        </tr>`)}</tbody></table></div>`;
}

/**
 * Text whose `quoted` words are code.
 * @param {string} words
 */
export function ticked(words) {
    return words.split("`").map((part, at) => (at % 2 === 1 ? html`<code>${part}</code>` : part));
}
