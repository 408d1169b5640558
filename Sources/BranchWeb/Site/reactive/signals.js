// Values that tell their readers when they change. Effects run once per batch and never see a state in between;
// a computed value is lazy and keeps no hold on its sources while nobody listens to it.

/**
 * Anything that has a current value.
 * @template T
 * @typedef {{ readonly value: T, peek(): T }} Readable
 */

/** How often effects may set off each other before it is taken for a cycle. */
const MAX_ROUNDS = 100;

/** @typedef {Computed<any> | Effect} Reader */

/** @type {Reader | null} Who is reading right now. */
let reader = null;
/** @type {Scope | null} Who owns what is created right now. */
let owner = null;
let depth = 0;
/** @type {Set<Effect>} */
let pending = new Set();

class Source {
    version = 0;
    /** @type {Set<Reader>} */
    readers = new Set();

    /** Brings the value up to date. A plain signal always is. */
    refresh() {}

    /** @param {Reader} one */
    admit(one) {
        this.readers.add(one);
    }

    /** @param {Reader} one */
    dismiss(one) {
        this.readers.delete(one);
    }

    track() {
        if (reader === null) return;
        reader.sources.set(this, this.version);
        if (reader.listening) this.admit(reader);
    }

    tell() {
        for (const one of [...this.readers]) one.doubt();
    }
}

/**
 * @template T
 * @implements {Readable<T>}
 */
export class Signal extends Source {
    #value;

    /** @param {T} value */
    constructor(value) {
        super();
        this.#value = value;
    }

    get value() {
        this.track();
        return this.#value;
    }

    set value(next) {
        if (Object.is(next, this.#value)) return;
        this.#value = next;
        this.version += 1;
        batch(() => this.tell());
    }

    /** The value, without listening to it. */
    peek() {
        return this.#value;
    }
}

/**
 * @template T
 * @implements {Readable<T>}
 */
class Computed extends Source {
    #compute;
    /** @type {T | undefined} */
    #value = undefined;
    #stale = true;
    #running = false;
    /** @type {Map<Source, number>} */
    sources = new Map();

    /** @param {() => T} compute */
    constructor(compute) {
        super();
        this.#compute = compute;
    }

    get listening() {
        return this.readers.size > 0;
    }

    get value() {
        this.refresh();
        this.track();
        return /** @type {T} */ (this.#value);
    }

    peek() {
        this.refresh();
        return /** @type {T} */ (this.#value);
    }

    /** @param {Reader} one */
    admit(one) {
        const first = this.readers.size === 0;
        super.admit(one);
        if (first) for (const source of this.sources.keys()) source.admit(this);
    }

    /** @param {Reader} one */
    dismiss(one) {
        super.dismiss(one);
        if (this.readers.size > 0) return;
        this.#stale = true;
        for (const source of this.sources.keys()) source.dismiss(this);
    }

    doubt() {
        if (this.#stale) return;
        this.#stale = true;
        this.tell();
    }

    refresh() {
        if (!this.#stale && this.listening) return;
        if (this.version > 0 && !haveMoved(this.sources)) {
            this.#stale = false;
            return;
        }
        if (this.#running) throw new Error("A computed value depends on itself.");
        this.#running = true;
        const before = this.sources;
        this.sources = new Map();
        try {
            const next = reading(this, this.#compute);
            if (this.version === 0 || !Object.is(next, this.#value)) {
                this.#value = next;
                this.version += 1;
            }
            this.#stale = false;
        } finally {
            this.#running = false;
            leave(before, this.sources, this);
        }
    }
}

/** What was created together ends together. */
export class Scope {
    /** @type {Set<() => void>} */
    #ends = new Set();
    #over = false;
    /** Leaves the scope around it, so that one that lives for months doesn't collect the ended. */
    #depart = () => {};

    /** @param {Scope | null} around */
    constructor(around = owner) {
        if (around === null) return;
        const end = () => this.end();
        around.onEnd(end);
        this.#depart = () => around.#ends.delete(end);
    }

    get isOver() {
        return this.#over;
    }

    /** @param {() => void} end */
    onEnd(end) {
        if (this.#over) end();
        else this.#ends.add(end);
    }

    /**
     * Runs something that belongs to this scope.
     * @template T
     * @param {() => T} work
     */
    run(work) {
        const before = owner;
        owner = this;
        try {
            return work();
        } finally {
            owner = before;
        }
    }

    /** Ends everything inside, newest first. */
    clear() {
        const ends = [...this.#ends].reverse();
        this.#ends.clear();
        for (const end of ends) end();
    }

    end() {
        if (this.#over) return;
        this.#over = true;
        this.#depart();
        this.clear();
    }
}

class Effect {
    #work;
    #life = new Scope();
    #run = new Scope(this.#life);
    listening = true;
    /** @type {Map<Source, number>} */
    sources = new Map();

    /** @param {() => void | (() => void)} work */
    constructor(work) {
        this.#work = work;
        this.#life.onEnd(() => {
            pending.delete(this);
            for (const source of this.sources.keys()) source.dismiss(this);
            this.sources.clear();
        });
        this.run();
    }

    doubt() {
        if (!this.#life.isOver) pending.add(this);
    }

    check() {
        if (!this.#life.isOver && haveMoved(this.sources)) this.run();
    }

    run() {
        this.#run.end();
        const scope = new Scope(this.#life);
        this.#run = scope;
        const before = this.sources;
        this.sources = new Map();
        try {
            const end = scope.run(() => reading(this, this.#work));
            if (typeof end === "function") scope.onEnd(end);
        } finally {
            leave(before, this.sources, this);
        }
    }

    end() {
        this.#life.end();
    }
}

/** @param {Map<Source, number>} sources */
function haveMoved(sources) {
    for (const [source, version] of sources) {
        untracked(() => source.refresh());
        if (source.version !== version) return true;
    }
    return false;
}

/**
 * @template T
 * @param {Reader} who
 * @param {() => T} work
 */
function reading(who, work) {
    const before = reader;
    reader = who;
    try {
        return work();
    } finally {
        reader = before;
    }
}

/**
 * @param {Map<Source, number>} before
 * @param {Map<Source, number>} now
 * @param {Reader} who
 */
function leave(before, now, who) {
    for (const source of before.keys()) if (!now.has(source)) source.dismiss(who);
}

function flush() {
    /** @type {unknown[]} An effect that fails must not silence the others: the first error is thrown at the end. */
    const errors = [];
    for (let round = 0; pending.size > 0; round += 1) {
        if (round === MAX_ROUNDS) {
            pending = new Set();
            throw new Error("Effects set off each other without end.");
        }
        const now = pending;
        pending = new Set();
        for (const one of now) {
            try {
                one.check();
            } catch (error) {
                errors.push(error);
            }
        }
    }
    if (errors.length > 0) throw errors[0];
}

/**
 * @template T
 * @param {T} value
 * @returns {Signal<T>}
 */
export function signal(value) {
    return new Signal(value);
}

/**
 * @template T
 * @param {() => T} compute
 * @returns {Readable<T>}
 */
export function computed(compute) {
    return new Computed(compute);
}

/**
 * Runs at once and again whenever what it read has changed. What it returns runs before the next run and at the end.
 * @param {() => void | (() => void)} work
 * @returns {() => void} ends it
 */
export function effect(work) {
    const made = new Effect(work);
    return () => made.end();
}

/**
 * Several changes, told as one.
 * @template T
 * @param {() => T} work
 * @returns {T}
 */
export function batch(work) {
    depth += 1;
    try {
        return work();
    } finally {
        depth -= 1;
        if (depth === 0 && pending.size > 0) {
            // Effects may write: their writes join this flush and don't start another one inside it.
            depth += 1;
            try {
                flush();
            } finally {
                depth -= 1;
            }
        }
    }
}

/**
 * Reads without listening.
 * @template T
 * @param {() => T} work
 * @returns {T}
 */
export function untracked(work) {
    const before = reader;
    reader = null;
    try {
        return work();
    } finally {
        reader = before;
    }
}

/**
 * Runs when the scope that is being built ends. Without one it never runs.
 * @param {() => void} end
 */
export function onEnd(end) {
    owner?.onEnd(end);
}

/**
 * @param {unknown} value
 * @returns {value is Readable<any>}
 */
export function isReadable(value) {
    return value instanceof Signal || value instanceof Computed;
}
