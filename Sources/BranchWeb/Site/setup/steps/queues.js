// The third page: the queues, from a template that fits the branch, each to be renamed, left out or added.

import { signal } from "../../reactive/signals.js";
import { html, when } from "../../reactive/template.js";
import { list } from "../../reactive/list.js";
import { LANGUAGES, t, text } from "../../language/texts.js";
import { getAll, patch, post, remove } from "../../branch/api.js";
import { removeButton } from "../../settings/hours.js";
import { choiceField, textField } from "../../widgets/fields.js";
import { FormState, focusFirstError } from "../../widgets/forms.js";
import { icon } from "../../widgets/icons.js";
import { loadedThen } from "../../widgets/loaded.js";
import { stepForm } from "../stepform.js";
import { TEMPLATES, freePrefix, proposedNames } from "../templates.js";

/** @typedef {import("../../branch/rows.js").Queue} Queue */
/** @typedef {import("../../reactive/signals.js").Signal<string>} TextSignal */

/**
 * A queue on the page; `queue` is its row once the branch has it.
 * @typedef {object} Line
 * @property {number} key
 * @property {Queue | null} queue
 * @property {string | null} word of the template, while the name is the template's
 * @property {TextSignal} name
 * @property {TextSignal} prefix
 * @property {TextSignal} target minutes
 * @property {import("../../reactive/signals.js").Signal<string | null>} nameError
 * @property {import("../../reactive/signals.js").Signal<string | null>} prefixError
 */

let lastKey = 0;

/** @param {import("../setup.js").Way} way */
export function stepView(way) {
    return loadedThen(() => getAll("/queues"), (queues) => form(way, queues));
}

/**
 * @param {Partial<Line> & { first?: { name: string, prefix: string, target: number } }} line
 * @returns {Line}
 */
function made({ first = { name: "", prefix: "", target: 10 }, ...line }) {
    return {
        key: (lastKey += 1), queue: null, word: null, name: signal(first.name), prefix: signal(first.prefix),
        target: signal(String(first.target)), nameError: signal(/** @type {string | null} */ (null)),
        prefixError: signal(/** @type {string | null} */ (null)), ...line,
    };
}

/**
 * @param {import("../setup.js").Way} way
 * @param {Queue[]} present
 */
function form(way, present) {
    const template = signal("");
    const lines = signal(present.map((queue) => made({
        queue, first: { name: queue.name, prefix: queue.prefix, target: Math.round((queue.target_wait ?? 600) / 60) },
    })));
    const state = new FormState(["queues"]);
    /** @type {Queue[]} */
    const leaving = [];

    const choose = () => {
        const kept = lines.peek().filter((line) => line.queue !== null);
        const taken = kept.map((line) => line.prefix.peek());
        const proposed = (TEMPLATES[template.peek()]?.queues ?? []).map(({ word, prefix, target }) => made({
            word, first: { name: t(`setup.queue.${word}`), prefix, target },
        }));
        lines.value = [...kept, ...proposed.filter((line) => !taken.includes(line.prefix.peek()))];
    };
    const add = () => {
        const taken = lines.peek().map((line) => line.prefix.peek());
        lines.value = [...lines.peek(), made({ first: { name: "", prefix: freePrefix(taken), target: 10 } })];
    };
    const drop = (/** @type {Line} */ line) => {
        if (line.queue !== null) leaving.push(line.queue);
        lines.value = lines.peek().filter((one) => one !== line);
    };
    const save = async () => {
        for (const queue of leaving.splice(0)) await remove(`/queues/${queue.id}`, queue.version);
        const names = await proposedNames(LANGUAGES.map(({ tag }) => tag));
        // One after the other: their numbers are in the order in which they stand here.
        for (const line of lines.peek()) line.queue = await keep(line, names);
    };

    return stepForm({
        way, state, save, check: (form) => checked(lines.peek(), state, form),
        content: html`
            ${choiceField({
                label: text("setup.template"), value: template, changed: choose,
                options: Object.entries(TEMPLATES).map(([name, { icon: picture, queues }]) => ({
                    value: name, icon: picture, words: text(`setup.template.${name}`),
                    hint: () => queues.map(({ word }) => t(`setup.queue.${word}`)).join(" · "),
                })),
            })}
            ${when(() => lines.value.length > 0, () => html`<div class="panel lines">
                ${list(() => lines.value, (line) => line.key, (line) => lineView(line.peek(), drop))}</div>`)}
            <div><button type="button" class="button quiet flush" @click=${add}>
                ${icon("plus")}${text("queue.add")}</button></div>`,
    });
}

/**
 * @param {Line} line
 * @param {(line: Line) => void} drop
 */
function lineView(line, drop) {
    return html`<div class="queue-line">
        ${textField({
            label: text("queue.name"), value: line.name, error: line.nameError, maxlength: 60, required: true,
        })}
        ${textField({
            label: text("queue.prefix"), value: line.prefix, error: line.prefixError, maxlength: 3, look: "letters",
            required: true,
        })}
        ${textField({ label: text("queue.target"), value: line.target, inputmode: "numeric", type: "number", min: "1",
            max: "600", unit: text("unit.minutes") })}
        ${removeButton(text("queue.remove"), () => drop(line))}
    </div>`;
}

/**
 * @param {Line[]} lines
 * @param {FormState<"queues">} state
 * @param {HTMLFormElement} form
 */
function checked(lines, state, form) {
    if (lines.length === 0) state.failure.value = t("setup.no_queue");
    const prefixes = lines.map((line) => line.prefix.peek().trim().toUpperCase());
    lines.forEach((line, at) => {
        const isDouble = prefixes.indexOf(prefixes[at]) !== at;
        line.nameError.value = line.name.peek().trim() === "" ? t("queue.name_missing") : null;
        line.prefixError.value = !/^[A-Z]{1,3}$/.test(prefixes[at]) ? t("queue.prefix_wrong")
            : isDouble ? t("queue.prefix_taken") : null;
    });
    focusFirstError(form);
    return lines.length > 0 && lines.every((line) => (line.nameError.peek() ?? line.prefixError.peek()) === null);
}

/**
 * @param {Line} line
 * @param {Record<string, Record<string, string>>} names
 * @returns {Promise<Queue>}
 */
async function keep(line, names) {
    const name = line.name.peek().trim();
    const minutes = Number(line.target.peek());
    const isTemplates = line.word !== null && name === t(`setup.queue.${line.word}`);
    const body = {
        name, prefix: line.prefix.peek().trim().toUpperCase(),
        target_wait: Number.isFinite(minutes) && minutes >= 1 ? Math.round(minutes * 60) : null,
    };
    const { queue } = line;
    if (queue === null) return post("/queues", isTemplates ? { ...body, names: names[line.word ?? ""] ?? null } : body);
    const isSame = queue.name === body.name && queue.prefix === body.prefix && queue.target_wait === body.target_wait;
    return isSame ? queue : patch(`/queues/${queue.id}`, body, queue.version);
}
