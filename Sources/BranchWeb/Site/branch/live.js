// The one real-time path: the branch's WebSocket. It resumes where it stopped, so nothing is missed and nothing is
// seen twice; what a person pressed while it was gone is not sent later.

import { signal } from "../reactive/signals.js";

/** @typedef {"connecting" | "live" | "lost" | "signed_out" | "stopped"} LiveState */
/** @typedef {import("./rows.js").Snapshot} Snapshot */
/** @typedef {import("./rows.js").BranchEvent} BranchEvent */

/**
 * @typedef {object} LiveOptions
 * @property {number[]} [queues] none = all
 * @property {number} [beat] milliseconds between beats: 1000 for counters and kiosks, 5000 for others
 * @property {(snapshot: Snapshot) => void} onSnapshot everything there is, in place of what was known
 * @property {(event: BranchEvent) => void} onEvent
 * @property {(address: string) => WebSocket} [open] for tests
 * @property {() => number} [random] for tests
 */

/** The shortest and the longest wait before a new try, in milliseconds. */
const BACKOFF = { first: 300, most: 5_000 };
/** Beats that may be missing before the connection counts as lost. */
const MISSED_BEATS = 3;
const CLOSED = { signedOut: 4401 };

export class LiveFeed {
    /** @type {import("../reactive/signals.js").Signal<LiveState>} */
    state = signal(/** @type {LiveState} */ ("stopped"));
    /** How far the branch's clock is ahead of this one's, in milliseconds. */
    clockAhead = signal(0);

    #options;
    #beat;
    /** @type {WebSocket | null} */
    #socket = null;
    /** @type {{ incarnation: string, seq: number } | null} */
    #position = null;
    #tries = 0;
    #hasSettled = false;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    #silence = undefined;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    #pause = undefined;

    /** @param {LiveOptions} options */
    constructor(options) {
        this.#options = options;
        this.#beat = options.beat ?? 5_000;
    }

    /** The newest seq that this side knows, with its incarnation. */
    get position() {
        return this.#position;
    }

    start() {
        if (this.state.peek() !== "stopped" && this.state.peek() !== "signed_out") return;
        this.state.value = "connecting";
        this.#tries = 0;
        this.#connect();
    }

    stop() {
        this.state.value = "stopped";
        clearTimeout(this.#pause);
        this.#leave();
    }

    #connect() {
        const address = this.#address();
        const socket = (this.#options.open ?? ((url) => new WebSocket(url)))(address);
        this.#socket = socket;
        this.#hasSettled = false;
        const mine = () => this.#socket === socket;
        socket.onmessage = (message) => mine() && this.#take(String(message.data));
        socket.onclose = (closing) => mine() && this.#closed(closing.code);
        // An error is always followed by a close.
        socket.onerror = () => {};
        this.#listen();
    }

    #address() {
        const url = new URL("/ws", location.href);
        url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
        for (const queue of this.#options.queues ?? []) url.searchParams.append("queue_id", String(queue));
        if (this.#position !== null) {
            url.searchParams.set("since", `${this.#position.incarnation}.${this.#position.seq}`);
        }
        return url.href;
    }

    /** @param {string} data */
    #take(data) {
        this.#listen();
        /** @type {any} */
        let frame;
        try {
            frame = JSON.parse(data);
        } catch {
            this.#again();
            return;
        }
        if (frame.type === "hello") this.#greeted(frame);
        else if (frame.type === "snapshot") this.#learned(frame);
        else if (frame.type === "beat") this.#moved(frame);
        else if (typeof frame.event === "string") this.#happened(frame);
    }

    /** @param {{ incarnation: string, seq: number }} hello */
    #greeted(hello) {
        this.#tries = 0;
        // With a position in this lineage the missed events follow; otherwise a snapshot does.
        if (this.#position !== null && this.#position.incarnation === hello.incarnation) this.#settle();
    }

    /** @param {Snapshot} snapshot */
    #learned(snapshot) {
        this.#position = { incarnation: snapshot.incarnation, seq: snapshot.seq };
        this.#options.onSnapshot(snapshot);
        this.#settle();
    }

    /** @param {{ seq: number, at: string }} beat */
    #moved(beat) {
        if (this.#position !== null && beat.seq > this.#position.seq) this.#position.seq = beat.seq;
        this.clockAhead.value = Date.parse(beat.at) - Date.now();
        if (this.#position !== null) this.#settle();
    }

    /** @param {BranchEvent} event */
    #happened(event) {
        if (this.#position === null || event.seq <= this.#position.seq) return;
        this.#position.seq = event.seq;
        this.#options.onEvent(event);
    }

    #settle() {
        if (this.#hasSettled) return;
        this.#hasSettled = true;
        this.state.value = "live";
    }

    /** Waits for the next frame; too long a silence is a lost connection. */
    #listen() {
        clearTimeout(this.#silence);
        this.#silence = setTimeout(() => this.#again(), this.#beat * MISSED_BEATS);
    }

    /** @param {number} code */
    #closed(code) {
        if (code === CLOSED.signedOut) {
            this.#leave();
            this.#position = null;
            this.state.value = "signed_out";
            return;
        }
        this.#again();
    }

    #again() {
        this.#leave();
        this.state.value = "lost";
        const longest = Math.min(BACKOFF.most, BACKOFF.first * 2 ** this.#tries);
        this.#tries += 1;
        // Half of the wait is chance, so that five hundred displays don't come back in one moment.
        const wait = longest / 2 + (this.#options.random ?? Math.random)() * (longest / 2);
        clearTimeout(this.#pause);
        this.#pause = setTimeout(() => this.#connect(), Math.max(BACKOFF.first, wait));
    }

    #leave() {
        clearTimeout(this.#silence);
        const socket = this.#socket;
        this.#socket = null;
        if (socket !== null && socket.readyState <= WebSocket.OPEN) socket.close();
    }
}
