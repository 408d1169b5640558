// The fourth page: how many counters there are and what each serves; all serve everything unless said otherwise.

import { signal } from "../../reactive/signals.js";
import { html } from "../../reactive/template.js";
import { list } from "../../reactive/list.js";
import { t, text } from "../../language/texts.js";
import { getAll, patch, post, remove } from "../../branch/api.js";
import { removeButton } from "../../settings/hours.js";
import { servedEditor, servedWords } from "../../settings/served.js";
import { textField } from "../../widgets/fields.js";
import { FormState, focusFirstError } from "../../widgets/forms.js";
import { icon } from "../../widgets/icons.js";
import { loadedThen } from "../../widgets/loaded.js";
import { stepForm } from "../stepform.js";

/** @typedef {import("../../branch/rows.js").Queue} Queue */
/** @typedef {import("../../branch/rows.js").Counter} Counter */
/** @typedef {import("../../branch/rows.js").Served} Served */

/**
 * @typedef {object} Line
 * @property {number} key
 * @property {Counter | null} counter
 * @property {import("../../reactive/signals.js").Signal<string>} name
 * @property {import("../../reactive/signals.js").Signal<Served[]>} served
 * @property {import("../../reactive/signals.js").Signal<string | null>} error
 */

/** Counters that a new branch begins with. */
const USUAL = 3;
const MOST = 99;
let lastKey = 0;

/** @param {import("../setup.js").Way} way */
export function stepView(way) {
    const load = async () => ({ queues: await getAll("/queues"), counters: await getAll("/counters") });
    return loadedThen(load, ({ queues, counters }) => form(way, queues, counters));
}

/**
 * @param {Queue[]} queues
 * @param {string} name
 * @param {Counter | null} counter
 * @returns {Line}
 */
function made(queues, name, counter) {
    const everything = queues.map((queue) => ({ queue_id: queue.id, tier: 1, help_after: 0 }));
    return { key: (lastKey += 1), counter, name: signal(name), served: signal(counter?.queues ?? everything),
        error: signal(/** @type {string | null} */ (null)) };
}

/**
 * @param {import("../setup.js").Way} way
 * @param {Queue[]} queues
 * @param {Counter[]} present
 */
function form(way, queues, present) {
    const numbered = (/** @type {number} */ at) => t("setup.counter_name", { n: String(at) });
    const begun = present.length > 0 ? present.map((counter) => made(queues, counter.name, counter))
        : Array.from({ length: USUAL }, (_, at) => made(queues, numbered(at + 1), null));
    const lines = signal(begun);
    const state = new FormState(["counters"]);
    /** @type {Counter[]} */
    const leaving = [];

    const add = () => {
        if (lines.peek().length >= MOST) return;
        lines.value = [...lines.peek(), made(queues, numbered(lines.peek().length + 1), null)];
    };
    const drop = (/** @type {Line} */ line) => {
        if (line.counter !== null) leaving.push(line.counter);
        lines.value = lines.peek().filter((one) => one !== line);
    };
    const save = async () => {
        for (const counter of leaving.splice(0)) await remove(`/counters/${counter.id}`, counter.version);
        for (const line of lines.peek()) line.counter = await keep(line);
    };
    const check = (/** @type {HTMLFormElement} */ form) => {
        if (lines.peek().length === 0) state.failure.value = t("setup.no_counter");
        for (const line of lines.peek()) {
            line.error.value = line.name.peek().trim() === "" ? t("counter.name_missing") : null;
        }
        focusFirstError(form);
        return lines.peek().length > 0 && lines.peek().every((line) => line.error.peek() === null);
    };

    return stepForm({ way, state, save, check, content: html`
        <div class="panel lines">${list(() => lines.value, (line) => line.key,
            (line) => lineView(line.peek(), queues, drop))}</div>
        <div><button type="button" class="button quiet flush" @click=${add}>
            ${icon("plus")}${text("counter.add")}</button></div>` });
}

/**
 * @param {Line} line
 * @param {Queue[]} queues
 * @param {(line: Line) => void} drop
 */
function lineView(line, queues, drop) {
    return html`<div class="counter-line">
        <div class="counter-name">
            ${textField({ label: text("counter.name"), value: line.name, error: line.error, maxlength: 60,
                required: true })}
            ${removeButton(text("counter.remove"), () => drop(line))}
        </div>
        <details class="serves">
            <summary>${icon("next")}<span>${text("counter.serves")}</span>
                <span class="muted">${() => servedWords(line.served.value, queues)}</span></summary>
            ${servedEditor(() => queues, () => line.served.value, (next) => (line.served.value = next))}
        </details>
    </div>`;
}

/**
 * @param {Line} line
 * @returns {Promise<Counter>}
 */
async function keep(line) {
    const body = { name: line.name.peek().trim(), queues: line.served.peek() };
    const { counter } = line;
    if (counter === null) return post("/counters", body);
    const isSame = counter.name === body.name && JSON.stringify(counter.queues) === JSON.stringify(body.queues);
    return isSame ? counter : patch(`/counters/${counter.id}`, body, counter.version);
}
