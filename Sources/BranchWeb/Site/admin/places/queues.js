// Queues: the list, and each with all its settings, their defaults and what they mean.

import { signal } from "../../reactive/signals.js";
import { html, when } from "../../reactive/template.js";
import { list } from "../../reactive/list.js";
import { LANGUAGES, ownName, t, text } from "../../language/texts.js";
import { span } from "../../language/format.js";
import { wordsFor } from "../../branch/problem.js";
import { Hours, hoursEditor } from "../../settings/hours.js";
import { choiceField, switchField, textField } from "../../widgets/fields.js";
import { icon } from "../../widgets/icons.js";
import { loadedThen } from "../../widgets/loaded.js";
import { addButton, dangerButton, detailHead, emptyPlace, placeHead, section, stateWords } from "../parts.js";
import { sayProblem, wholeNumber } from "../rows.js";
import { go } from "../route.js";
import { queues, waitingIn } from "../state.js";

/** @typedef {import("../../branch/rows.js").Queue} Queue */

const LETTERS = [..."ABCDEFGHJKLMNPQRSTUVWXYZ"];

/** @param {import("../route.js").Route} route */
export function view(route) {
    return loadedThen(() => queues.load(), () => (route.id === null ? overview() : detail(route.id)));
}

function overview() {
    return html`<div class="stack">
        ${placeHead(text("admin.place.queues"), text("queues.intro"), addButton(text("queue.add"), add))}
        ${when(() => queues.all.value.length === 0, () => emptyPlace("queue", text("queues.empty")), () => html`
            <ul class="lines panel">${list(() => queues.all.value, (queue) => queue.id, (queue) => html`<li>
                <a class="line plain" href=${`#queues/${queue.peek().id}`}>
                    <span class="numerals prefix">${() => queue.value.prefix}</span>
                    <span class="grow"><strong>${() => ownName(queue.value.names, queue.value.name)}</strong><br>
                        <span class="muted small">${() => summary(queue.value)}</span></span>
                    ${when(() => !queue.value.open, () => stateWords("pause", text("queue.closed")))}
                    ${icon("next")}</a></li>`)}</ul>`)}
    </div>`;
}

/** @param {Queue} queue */
function summary(queue) {
    const waiting = waitingIn(queue.id) ?? queue.waiting;
    const target = queue.target_wait === null ? [] : [t("queue.target_words", { time: span(queue.target_wait) })];
    return [t("queue.waiting", { count: waiting }), ...target].join(" · ");
}

async function add() {
    const taken = queues.all.peek().map((queue) => queue.prefix);
    const prefix = LETTERS.find((letter) => !taken.includes(letter)) ?? `Q${LETTERS[taken.length % LETTERS.length]}`;
    const queue = await queues.add({ name: t("queue.new"), prefix });
    go(`queues/${queue.id}`);
}

/** @param {number} id */
function detail(id) {
    const queue = queues.find(id);
    if (queue === null) return html`${detailHead("queues", text("admin.place.queues"), text("queue.gone"))}`;
    const edit = queues.edit(id);
    const minutes = (/** @type {number} */ to) => ({ from: 1, to, factor: 60, isOptional: true });
    return html`<div class="stack">
        ${detailHead("queues", text("admin.place.queues"), () => queues.find(id)?.name ?? "")}
        ${section(text("queue.what"), html`
            ${textField({ label: text("queue.name"), maxlength: 60, ...edit.field("name", { parse: named }) })}
            ${namesFields(id)}
            ${switchField({ label: text("queue.open"), hint: text("queue.open_hint"), ...edit.toggle("open") })}`)}
        ${section(text("queue.numbers"), html`
            ${textField({ label: text("queue.prefix"), hint: text("queue.prefix_hint"), maxlength: 3, look: "letters",
                ...edit.field("prefix", { parse: lettersOf }) })}
            <div class="row">
                ${textField({ label: text("queue.first"), inputmode: "numeric", ...edit.field("first_number",
                    wholeNumber({ from: 1, to: 999_999 })) })}
                ${textField({ label: text("queue.last"), inputmode: "numeric", ...edit.field("last_number",
                    wholeNumber({ from: 1, to: 999_999 })) })}
            </div>`)}
        ${section(text("queue.waits"), html`
            ${textField({ label: text("queue.target"), hint: text("queue.target_hint"), unit: text("unit.minutes"),
                inputmode: "numeric", ...edit.field("target_wait", wholeNumber(minutes(1440))) })}
            ${textField({ label: text("queue.cap"), hint: text("queue.cap_hint"), inputmode: "numeric",
                unit: text("unit.people"),
                ...edit.field("cap", wholeNumber({ from: 1, to: 1_000_000, isOptional: true })) })}
            ${priorityFields(id)}`)}
        ${section(text("queue.course"), html`
            ${switchField({ label: text("queue.auto_start"), hint: text("queue.auto_start_hint"),
                ...edit.toggle("auto_start") })}
            ${switchField({ label: text("queue.carry_over"), hint: text("queue.carry_over_hint"),
                ...edit.toggle("carry_over") })}
            ${textField({ label: text("queue.undo_window"), hint: text("queue.undo_window_hint"),
                unit: text("unit.seconds"), inputmode: "numeric",
                ...edit.field("undo_window", wholeNumber({ from: 0, to: 300 })) })}`)}
        ${hoursSection(id, queue)}
        <div>${dangerButton({
            words: text("queue.remove"), title: () => t("queue.remove_title", { name: queues.find(id)?.name ?? "" }),
            impact: () => impact(id),
            act: async () => {
                await queues.remove(id);
                go("queues");
            },
        })}</div>
    </div>`;
}

/**
 * What removing does to people.
 * @param {number} id
 */
function impact(id) {
    const count = waitingIn(id) ?? queues.find(id)?.waiting ?? 0;
    return count === 0 ? html`<p>${text("queue.nobody_waits")}</p>`
        : html`<div class="notice late">${icon("warn")}
            <p><strong>${t("queue.people_wait", { count })}</strong></p></div>`;
}

/** @param {string} typed */
function named(typed) {
    if (typed.trim() === "") throw t("queue.name_missing");
    return typed.trim();
}

/** @param {string} typed */
function lettersOf(typed) {
    const letters = typed.trim().toUpperCase();
    if (!/^[A-Z]{1,3}$/.test(letters)) throw t("queue.prefix_wrong");
    return letters;
}

/** @param {number} id */
function namesFields(id) {
    const field = (/** @type {string} */ tag, /** @type {string} */ own) => {
        const value = signal(queues.find(id)?.names?.[tag] ?? "");
        const error = signal(/** @type {string | null} */ (null));
        const changed = async () => {
            error.value = null;
            const names = { ...queues.find(id)?.names };
            if (value.peek().trim() === "") delete names[tag];
            else names[tag] = value.peek().trim();
            try {
                await queues.save(id, { names: Object.keys(names).length === 0 ? null : names });
            } catch (problem) {
                error.value = wordsFor(problem);
            }
        };
        return textField({ label: () => own, value, error, changed, maxlength: 60 });
    };
    return html`<details class="serves"><summary>${icon("next")}<span>${text("queue.names")}</span>
        <span class="muted">${text("queue.names_hint")}</span></summary>
        <div class="form">${LANGUAGES.map(({ tag, name }) => field(tag, name))}</div></details>`;
}

/** @param {number} id */
function priorityFields(id) {
    const edit = queues.edit(id);
    const way = signal(queues.find(id)?.strict ? "strict" : "credit");
    return html`${choiceField({
        label: text("queue.priority"), value: way,
        options: ["credit", "strict"].map((name) => ({
            value: name, words: text(`queue.priority.${name}`), hint: text(`queue.priority.${name}_hint`),
        })),
        changed: () => queues.save(id, { strict: way.peek() === "strict" }).catch(() => {
            way.value = queues.find(id)?.strict ? "strict" : "credit";
        }),
    })}
    ${when(() => way.value === "credit", () => textField({
        label: text("queue.credit"), hint: text("queue.credit_hint"), unit: text("unit.minutes"), inputmode: "numeric",
        ...edit.field("credit", wholeNumber({ from: 0, to: 1440, factor: 60 })),
    }))}`;
}

/**
 * @param {number} id
 * @param {Queue} queue
 */
function hoursSection(id, queue) {
    const hours = new Hours(queue.hours, [], "branch");
    const changed = () => {
        if (hours.problem.peek() === null) queues.save(id, { hours: hours.hours }).catch(sayProblem);
    };
    const kinds = /** @type {import("../../settings/hours.js").HoursKind[]} */ (["branch", "fixed"]);
    return section(text("hours.title"), hoursEditor(hours, { changed, withExceptions: false, kinds }));
}
