// The interface of this box, read from its own description and shown without any help from outside.

import { computed, effect, signal } from "../reactive/signals.js";
import { html, when } from "../reactive/template.js";
import { list } from "../reactive/list.js";
import { t, text } from "../language/texts.js";
import { ask } from "../branch/api.js";
import { wordsFor } from "../branch/problem.js";
import { openPage } from "../widgets/frame.js";
import { icon } from "../widgets/icons.js";
import { operationView, ticked } from "./operation.js";
import { Interface, matches } from "./interface.js";
import { readYAML } from "./yaml.js";

/** @type {import("../reactive/signals.js").Signal<Interface | null>} */
const described = signal(/** @type {Interface | null} */ (null));
const failure = signal(/** @type {unknown} */ (null));
const sought = signal("");
/** The operation that is open; kept in the address, so that it can be sent to somebody. */
const opened = signal(decodeURIComponent(location.hash.slice(1)));

const subjects = computed(() => (described.value?.subjects() ?? []).map((subject) => ({
    ...subject, operations: subject.operations.filter((one) => matches(one, sought.value)),
})).filter((subject) => subject.operations.length > 0));

const found = computed(() => subjects.value.reduce((sum, subject) => sum + subject.operations.length, 0));

async function read() {
    try {
        described.value = new Interface(readYAML(await ask("GET", "/openapi.yaml", { asText: true })));
    } catch (error) {
        failure.value = error;
        console.error(error);
    }
}

function content() {
    return html`<div class="docs">
        <aside class="docs-index">
            <label class="search">
                <span class="unseen">${text("docs.search")}</span>
                ${icon("search")}
                <input class="control" type="search" placeholder=${text("docs.search")} .value=${sought}
                    @input=${(/** @type {Event} */ event) => {
                        sought.value = /** @type {HTMLInputElement} */ (event.target).value;
                    }}>
            </label>
            <p class="muted small" role="status">${
                () => (described.value === null ? "" : t("docs.found", { count: found.value }))}</p>
            <nav aria-label=${text("docs.operations")}>
                ${list(() => subjects.value, (subject) => subject.name, (subject) => html`
                    <section><h3 lang="en">${() => subject.value.name}</h3>
                    <ul>${list(() => subject.value.operations, (one) => one.id, (one) => indexLine(one.peek()))}</ul>
                    </section>`)}</nav>
        </aside>
        <main id="main" tabindex="-1" class="docs-main stack">
            <header class="stack tight">
                <h1>${text("docs.title")}</h1>
                <p class="muted" lang="en">${() => ticked(described.value?.words ?? "")}</p>
                <p><a href="/openapi.yaml" download>${text("docs.file")}</a></p>
            </header>
            ${when(() => failure.value !== null, () => html`
                <div class="notice late" role="alert">${icon("warn")}<p>${() => wordsFor(failure.value)}</p></div>`)}
            ${list(() => subjects.value, (subject) => subject.name, (subject) => html`
                <section class="stack tight" lang="en">
                    <header><h2>${() => subject.value.name}</h2>
                        <p class="muted">${() => subject.value.words}</p></header>
                    ${list(() => subject.value.operations, (one) => one.id, (one) => operationView(one.peek(), opened))}
                </section>`)}
            ${when(() => described.value !== null && found.value === 0, () => html`
                <div class="empty">${icon("search")}<p>${text("docs.nothing")}</p></div>`)}
        </main>
    </div>`;
}

/** @param {import("./interface.js").Operation} one */
function indexLine(one) {
    return html`<li><a href=${`#${one.id}`} aria-current=${() => (opened.value === one.id ? "true" : null)}>
        <code class=${`method ${one.method}`}>${one.method}</code>
        <code>${one.path}</code></a></li>`;
}

addEventListener("hashchange", () => {
    opened.value = decodeURIComponent(location.hash.slice(1));
});
// The description is fetched while the words are loaded.
const begun = read();
await openPage(["docs"], content);
effect(() => {
    document.title = `${t("docs.title")} · Axelyn Turn`;
});
await begun;
document.getElementById(opened.peek())?.scrollIntoView();
