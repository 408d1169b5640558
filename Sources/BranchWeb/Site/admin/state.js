// What all places of the administration know: the live board, the tables, the time.

import { signal } from "../reactive/signals.js";
import { Board } from "../branch/board.js";
import { Rows } from "./rows.js";

/** @typedef {import("../branch/rows.js").Queue} Queue */
/** @typedef {import("../branch/rows.js").Counter} Counter */
/** @typedef {import("../branch/rows.js").Agent} Agent */
/** @typedef {import("../branch/rows.js").Device} Device */
/** @typedef {import("../branch/rows.js").Person} Person */

export const board = new Board({ beat: 5_000 });
/** The branch's present, in milliseconds; moves every second. */
export const now = signal(Date.now());

/** @type {Rows<Queue>} */
export const queues = new Rows("/queues");
/** @type {Rows<Counter>} */
export const counters = new Rows("/counters");
/** @type {Rows<Agent>} */
export const agents = new Rows("/agents");
/** @type {Rows<Device>} */
export const devices = new Rows("/devices");
/** @type {Rows<Person>} */
export const people = new Rows("/people");

setInterval(() => {
    now.value = Date.now() + board.feed.clockAhead.peek();
}, 1_000);

/**
 * How many wait in a queue; null while nothing is known.
 * @param {number} queue
 */
export function waitingIn(queue) {
    return board.isKnown.value ? board.waiting.value.get(queue)?.length ?? 0 : null;
}
