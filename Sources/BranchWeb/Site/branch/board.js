// What is going on in the branch, kept from the snapshot and the events of the live feed.

import { batch, computed, signal } from "../reactive/signals.js";
import { LiveFeed } from "./live.js";

/** @typedef {import("./rows.js").Ticket} Ticket */
/** @typedef {import("./rows.js").Queue} Queue */
/** @typedef {import("./rows.js").Counter} Counter */
/** @typedef {import("./rows.js").BranchEvent} BranchEvent */

const OPEN_STATES = new Set(["waiting", "called", "serving", "parked"]);

/**
 * @template T
 * @typedef {import("../reactive/signals.js").Signal<ReadonlyMap<number, T>>} Table
 */

export class Board {
    /** @type {Table<Queue>} */
    queues = signal(new Map());
    /** @type {Table<Counter>} */
    counters = signal(new Map());
    /** @type {Table<Ticket>} Open tickets only. */
    tickets = signal(new Map());
    /** Whether anything is known yet. */
    isKnown = signal(false);

    /** Waiting tickets by queue, longest wait first. */
    waiting = computed(() => {
        /** @type {Map<number, Ticket[]>} */
        const lines = new Map();
        for (const ticket of this.tickets.value.values()) {
            if (ticket.state !== "waiting") continue;
            const line = lines.get(ticket.queue_id) ?? [];
            line.push(ticket);
            lines.set(ticket.queue_id, line);
        }
        for (const line of lines.values()) line.sort((one, other) => one.arrived_at.localeCompare(other.arrived_at));
        return lines;
    });

    /** The ticket that is called or served at each counter. */
    atCounters = computed(() => {
        /** @type {Map<number, Ticket>} */
        const current = new Map();
        for (const ticket of this.tickets.value.values()) {
            const isThere = ticket.state === "called" || ticket.state === "serving";
            if (isThere && ticket.counter_id !== null) current.set(ticket.counter_id, ticket);
        }
        return current;
    });

    /**
     * @param {{ queues?: number[], beat?: number }} [options]
     */
    constructor(options = {}) {
        this.feed = new LiveFeed({
            ...options,
            onSnapshot: (snapshot) => this.begin(snapshot),
            onEvent: (event) => this.apply(event),
        });
    }

    /** @param {import("./rows.js").Snapshot} snapshot */
    begin(snapshot) {
        batch(() => {
            this.queues.value = byID(snapshot.queues);
            this.counters.value = byID(snapshot.counters);
            this.tickets.value = byID(snapshot.tickets);
            this.isKnown.value = true;
        });
    }

    /** @param {BranchEvent} event */
    apply(event) {
        const { ticket, details } = event;
        if (ticket !== null) {
            // An event has no names: the one that is known stays.
            const known = this.tickets.peek().get(ticket.id);
            change(this.tickets, { ...known, ...ticket }, !OPEN_STATES.has(ticket.state));
        }
        if (details.queue !== undefined) change(this.queues, details.queue, details.deleted === true);
        if (details.counter !== undefined) change(this.counters, details.counter, details.deleted === true);
    }
}

/**
 * @template {{ id: number }} T
 * @param {T[]} rows
 * @returns {ReadonlyMap<number, T>}
 */
function byID(rows) {
    return new Map(rows.map((row) => [row.id, row]));
}

/**
 * @template {{ id: number }} T
 * @param {Table<T>} table
 * @param {T} row
 * @param {boolean} isGone
 */
function change(table, row, isGone) {
    const next = new Map(table.peek());
    if (isGone) next.delete(row.id);
    else next.set(row.id, row);
    table.value = next;
}
