// Counters: the list, and each with what it serves.

import { html, when } from "../../reactive/template.js";
import { list } from "../../reactive/list.js";
import { t, text } from "../../language/texts.js";
import { servedEditor, servedWords } from "../../settings/served.js";
import { switchField, textField } from "../../widgets/fields.js";
import { icon } from "../../widgets/icons.js";
import { loadedThen } from "../../widgets/loaded.js";
import { addButton, dangerButton, detailHead, emptyPlace, placeHead, section, stateWords } from "../parts.js";
import { sayProblem } from "../rows.js";
import { go } from "../route.js";
import { board, counters, queues } from "../state.js";

/** @param {import("../route.js").Route} route */
export function view(route) {
    const load = () => Promise.all([counters.load(), queues.load()]);
    return loadedThen(load, () => (route.id === null ? overview() : detail(route.id)));
}

function overview() {
    return html`<div class="stack">
        ${placeHead(text("admin.place.counters"), text("counters.intro"), addButton(text("counter.add"), add))}
        ${when(() => counters.all.value.length === 0, () => emptyPlace("counter", text("counters.empty")), () => html`
            <ul class="lines panel">${list(() => counters.all.value, (counter) => counter.id, (counter) => html`<li>
                <a class="line plain" href=${`#counters/${counter.peek().id}`}>
                    ${icon("counter")}
                    <span class="grow"><strong>${() => counter.value.name}</strong><br>
                        <span class="muted small">${
                            () => servedWords(counter.value.queues, queues.all.value)}</span></span>
                    ${() => stateOf(counter.value.id)}
                    ${icon("next")}</a></li>`)}</ul>`)}
    </div>`;
}

/** @param {number} id */
function stateOf(id) {
    const state = board.counters.value.get(id)?.state ?? counters.find(id)?.state ?? "closed";
    const pictures = /** @type {const} */ ({ open: "check", paused: "pause", closed: "stop" });
    return stateWords(pictures[state], text(`counter.state.${state}`), state === "open" ? "good" : "");
}

async function add() {
    const everything = queues.all.peek().map((queue) => ({ queue_id: queue.id, tier: 1, help_after: 0 }));
    const name = t("counter.numbered", { n: String(counters.all.peek().length + 1) });
    const counter = await counters.add({ name, queues: everything });
    go(`counters/${counter.id}`);
}

/** @param {number} id */
function detail(id) {
    if (counters.find(id) === null) return detailHead("counters", text("admin.place.counters"), text("counter.gone"));
    const edit = counters.edit(id);
    return html`<div class="stack">
        ${detailHead("counters", text("admin.place.counters"), () => counters.find(id)?.name ?? "")}
        ${section(text("counter.what"), html`
            ${textField({ label: text("counter.name"), maxlength: 60, ...edit.field("name", { parse: named }) })}
            ${switchField({ label: text("counter.automatic"), hint: text("counter.automatic_hint"),
                ...edit.toggle("automatic") })}`)}
        ${section(text("counter.serves"), html`
            <p class="muted">${text("counter.serves_hint")}</p>
            ${servedEditor(() => queues.all.value, () => counters.find(id)?.queues ?? [],
                (next) => counters.save(id, { queues: next }).catch(sayProblem))}`)}
        <div>${dangerButton({
            words: text("counter.remove"),
            title: () => t("counter.remove_title", { name: counters.find(id)?.name ?? "" }),
            impact: () => impact(id),
            act: async () => {
                await counters.remove(id);
                go("counters");
            },
        })}</div>
    </div>`;
}

/** @param {number} id */
function impact(id) {
    const ticket = board.atCounters.value.get(id);
    return ticket === undefined ? html`<p>${text("counter.nobody_there")}</p>`
        : html`<div class="notice late">${icon("warn")}
            <p><strong>${t("counter.busy", { number: ticket.number })}</strong></p></div>`;
}

/** @param {string} typed */
function named(typed) {
    if (typed.trim() === "") throw t("counter.name_missing");
    return typed.trim();
}
