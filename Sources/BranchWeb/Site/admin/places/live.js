// What is going on now: who waits, how long, and which counter serves whom.

import { computed } from "../../reactive/signals.js";
import { html, when } from "../../reactive/template.js";
import { list } from "../../reactive/list.js";
import { ownName, t, text } from "../../language/texts.js";
import { number, span, stopwatch } from "../../language/format.js";
import { emptyPlace, placeHead, stateWords } from "../parts.js";
import { agents, board, now } from "../state.js";

/** @typedef {import("../../branch/rows.js").Queue} Queue */
/** @typedef {import("../../branch/rows.js").Counter} Counter */
/** @typedef {import("../../branch/rows.js").Ticket} Ticket */

/** The share of the target from which a wait counts as long. */
const NEARLY = 0.75;

const total = computed(() => [...board.waiting.value.values()].reduce((sum, line) => sum + line.length, 0));
const longest = computed(() => Math.max(0, ...[...board.waiting.value.values()].map((line) => waitOf(line[0]))));
const open = computed(() => [...board.counters.value.values()].filter((counter) => counter.state === "open").length);

/** @param {Ticket} ticket */
function waitOf(ticket) {
    return Math.max(0, (now.value - Date.parse(ticket.queued_at)) / 1000);
}

export function view() {
    agents.load().catch(() => {
        // A supervisor sees the counters without names then.
    });
    return html`<div class="stack">
        ${placeHead(text("admin.place.live"), text("live.intro"))}
        ${when(() => board.isKnown.value, known, () => html`
            <p class="muted" role="status">${text("live.connecting")}</p>`)}
    </div>`;
}

function known() {
    return html`
        <dl class="figures">
            ${figure(text("live.waiting"), () => number(total.value))}
            ${figure(text("live.longest"), () => (total.value === 0 ? "–" : span(longest.value)))}
            ${figure(text("live.open_counters"), () => t("live.of", { n: open.value, all: board.counters.value.size }))}
        </dl>
        <section class="panel" aria-labelledby="live-queues">
            <h2 id="live-queues">${text("admin.place.queues")}</h2>
            ${when(() => board.queues.value.size === 0, () => emptyPlace("queue", text("queues.empty")))}
            <ul class="lines">${list(() => inOrder(board.queues.value), (queue) => queue.id, queueLine)}</ul></section>
        <section class="panel" aria-labelledby="live-counters">
            <h2 id="live-counters">${text("admin.place.counters")}</h2>
            ${when(() => board.counters.value.size === 0, () => emptyPlace("counter", text("counters.empty")))}
            <ul class="seats">${list(() => inOrder(board.counters.value), (counter) => counter.id, seat)}</ul>
        </section>`;
}

/**
 * @template {{ id: number }} T
 * @param {ReadonlyMap<number, T>} table
 */
function inOrder(table) {
    return [...table.values()].sort((one, other) => one.id - other.id);
}

/**
 * @param {() => string} words
 * @param {() => string} value
 */
function figure(words, value) {
    return html`<div class="figure"><dt>${words}</dt><dd class="numerals">${value}</dd></div>`;
}

/** @param {import("../../reactive/signals.js").Readable<Queue>} queue */
function queueLine(queue) {
    const line = computed(() => board.waiting.value.get(queue.value.id) ?? []);
    const wait = computed(() => (line.value.length === 0 ? 0 : waitOf(line.value[0])));
    const look = computed(() => lookOf(wait.value, queue.value.target_wait));
    return html`<li class="line live-line">
        <span class="numerals count">${() => number(line.value.length)}</span>
        <span class="grow"><strong>${() => ownName(queue.value.names, queue.value.name)}</strong><br>
            <span class="muted small">${() => (line.value.length === 0 ? t("live.nobody")
                : t("live.next", { number: line.value[0].number }))}</span></span>
        ${when(() => !queue.value.open, () => stateWords("pause", text("queue.closed")))}
        ${() => (line.value.length === 0 ? null : stateWords(look.value === "" ? "clock" : "warn", () => (
            look.value === "late" ? t("live.late", { time: span(wait.value) })
                : look.value === "slow" ? t("live.slow", { time: span(wait.value) })
                    : span(wait.value)), look.value))}
    </li>`;
}

/**
 * @param {number} wait
 * @param {number | null | undefined} target
 * @returns {"" | "slow" | "late"}
 */
function lookOf(wait, target) {
    if (!target) return "";
    return wait > target ? "late" : wait > target * NEARLY ? "slow" : "";
}

/** @param {import("../../reactive/signals.js").Readable<Counter>} counter */
function seat(counter) {
    const ticket = computed(() => board.atCounters.value.get(counter.value.id) ?? null);
    const agent = computed(() => agents.find(counter.value.agent_id)?.name ?? "");
    const since = computed(() => {
        const from = ticket.value?.started_at ?? ticket.value?.called_at;
        return from ? stopwatch((now.value - Date.parse(from)) / 1000) : "";
    });
    const pictures = /** @type {const} */ ({ open: "check", paused: "pause", closed: "stop" });
    return html`<li class=${() => `seat ${counter.value.state}`}>
        <p class="seat-name"><strong>${() => counter.value.name}</strong>
            ${() => stateWords(pictures[counter.value.state], text(`counter.state.${counter.value.state}`),
                counter.value.state === "open" ? "good" : "")}</p>
        <p class="numerals seat-number">${() => ticket.value?.number ?? "–"}</p>
        <p class="muted small seat-words"><span>${() => (ticket.value === null ? t("live.free")
            : t(`ticket.state.${ticket.value.state}`))}</span> <span class="tabular">${since}</span></p>
        <p class="muted small">${() => agent.value || "\u00a0"}</p>
    </li>`;
}
