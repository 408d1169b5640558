// Which queues a counter serves: first, as a help after some time, or not.

import { html, when } from "../reactive/template.js";
import { list } from "../reactive/list.js";
import { ownName, t, text } from "../language/texts.js";
import { listed, span } from "../language/format.js";
import { newID } from "../widgets/fields.js";

/** @typedef {import("../branch/rows.js").Served} Served */
/** @typedef {import("../branch/rows.js").Queue} Queue */

/** Tiers as people choose them: own queues, then those that are helped. */
const TIERS = { own: 1, help: 2 };
/** When help begins if nobody says otherwise, in seconds. */
const HELP_AFTER = 300;
const MINUTES = [0, 2, 5, 10, 15, 20, 30, 45, 60];

/**
 * What a counter serves, in words: "Cash, Loans; helps: Service after 5 min".
 * @param {Served[]} served
 * @param {Queue[]} queues
 */
export function servedWords(served, queues) {
    const nameOf = (/** @type {Served} */ one) => {
        const queue = queues.find((row) => row.id === one.queue_id);
        return queue === undefined ? `#${one.queue_id}` : ownName(queue.names, queue.name);
    };
    if (served.length === 0) return t("served.none");
    const own = served.filter((one) => one.tier === TIERS.own).map(nameOf);
    const helped = served.filter((one) => one.tier > TIERS.own);
    const parts = own.length === 0 ? [] : [own.length === queues.length ? t("served.all") : listed(own)];
    if (helped.length > 0) {
        const words = helped.map((one) => t("served.helped", { name: nameOf(one), time: span(one.help_after) }));
        parts.push(t("served.helps", { queues: listed(words) }));
    }
    return parts.join("; ");
}

/**
 * @param {() => Queue[]} queues
 * @param {() => Served[]} served
 * @param {(next: Served[]) => void} choose
 */
export function servedEditor(queues, served, choose) {
    return html`<ul class="served">${list(queues, (queue) => queue.id, (queue) => {
        const id = newID();
        const current = () => served().find((one) => one.queue_id === queue.value.id);
        const put = (/** @type {Served | null} */ next) => {
            const others = served().filter((one) => one.queue_id !== queue.peek().id);
            choose(next === null ? others : [...others, next].sort(inOrder));
        };
        return html`<li>
            <label for=${id}>${() => ownName(queue.value.names, queue.value.name)}</label>
            <select class="control" id=${id}
                @change=${(/** @type {Event} */ event) => put(chosen(event, queue.peek().id))}>
                ${["own", "help", "not"].map((way) => html`<option value=${way}
                    .selected=${() => wayOf(current()) === way}>${text(`served.${way}`)}</option>`)}
            </select>
            ${when(() => wayOf(current()) === "help", () => html`
                <select class="control" aria-label=${text("served.after")} @change=${(/** @type {Event} */ event) => {
                    const minutes = Number(/** @type {HTMLSelectElement} */ (event.target).value);
                    put({ queue_id: queue.peek().id, tier: current()?.tier ?? TIERS.help, help_after: minutes * 60 });
                }}>${() => minutesWith(current()?.help_after ?? HELP_AFTER).map((minutes) => html`
                    <option value=${minutes} .selected=${() => (current()?.help_after ?? 0) === minutes * 60}>
                        ${t("served.after_minutes", { n: minutes })}</option>`)}</select>`)}
        </li>`;
    })}</ul>`;
}

/** @param {Served | undefined} one */
function wayOf(one) {
    if (one === undefined) return "not";
    return one.tier === TIERS.own ? "own" : "help";
}

/**
 * @param {Event} event
 * @param {number} queue
 * @returns {Served | null}
 */
function chosen(event, queue) {
    const way = /** @type {HTMLSelectElement} */ (event.target).value;
    if (way === "not") return null;
    return way === "own" ? { queue_id: queue, tier: TIERS.own, help_after: 0 }
        : { queue_id: queue, tier: TIERS.help, help_after: HELP_AFTER };
}

/** @param {number} seconds a value that a file may have set */
function minutesWith(seconds) {
    return [...new Set([...MINUTES, Math.round(seconds / 60)])].sort((one, other) => one - other);
}

/**
 * @param {Served} one
 * @param {Served} other
 */
function inOrder(one, other) {
    return one.tier - other.tier || one.queue_id - other.queue_id;
}
