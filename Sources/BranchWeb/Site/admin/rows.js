// Rows that are saved as they are edited: every change is one PATCH with the version that was seen, told in a message,
// and taken back by it for eight seconds.

import { computed, effect, signal, untracked } from "../reactive/signals.js";
import { t } from "../language/texts.js";
import { getAll, patch, post, remove } from "../branch/api.js";
import { Problem, wordsFor } from "../branch/problem.js";
import { say, sayUndoable } from "../widgets/toasts.js";

/** @typedef {{ id: number, version: number }} Row */

/**
 * @template {Row} T
 */
export class Rows {
    /** @type {import("../reactive/signals.js").Signal<T[]>} */
    all = signal(/** @type {T[]} */ ([]));

    /** @param {string} path */
    constructor(path) {
        this.path = path;
    }

    async load() {
        this.all.value = await getAll(this.path);
        return this;
    }

    /** @param {number | null} id */
    find(id) {
        return this.all.value.find((row) => row.id === id) ?? null;
    }

    /**
     * @param {Record<string, unknown>} body
     * @returns {Promise<T>}
     */
    async add(body) {
        const row = /** @type {T} */ (await post(this.path, body));
        this.all.value = [...this.all.peek(), row];
        return row;
    }

    /**
     * Saves and says so. What was there before comes back by the message's button.
     * @param {number} id
     * @param {Partial<T> & Record<string, unknown>} changes
     * @param {boolean} [undoable]
     */
    async save(id, changes, undoable = true) {
        const before = untracked(() => this.find(id));
        if (before === null) return;
        try {
            this.replace(await patch(`${this.path}/${id}`, changes, before.version));
        } catch (error) {
            if (error instanceof Problem && error.code === "version_conflict") await this.load();
            throw error;
        }
        const names = /** @type {Array<keyof T>} */ (Object.keys(changes));
        const old = /** @type {any} */ (Object.fromEntries(names.map((name) => [name, before[name]])));
        if (undoable) sayUndoable(t("saved"), () => this.save(id, old, false).catch(sayProblem));
        else say(t("saved"));
    }

    /** @param {T} row */
    replace(row) {
        this.all.value = this.all.peek().map((one) => (one.id === row.id ? row : one));
    }

    /** @param {number} id */
    async remove(id) {
        const row = untracked(() => this.find(id));
        if (row === null) return;
        await remove(`${this.path}/${id}`, row.version);
        this.all.value = this.all.peek().filter((one) => one.id !== id);
        say(t("removed"));
    }

    /**
     * One row as a form edits it.
     * @param {number} id
     * @returns {Editing<T>}
     */
    edit(id) {
        return new Editing(() => this.find(id), (changes) => this.save(id, changes));
    }
}

/**
 * Fields of one row. Each shows what is stored, keeps what is wrong, and saves when the person has finished.
 * @template {object} T
 */
export class Editing {
    /**
     * @param {() => T | null} read
     * @param {(changes: any) => Promise<void>} save
     */
    constructor(read, save) {
        this.read = read;
        this.save = save;
    }

    /**
     * @template {keyof T & string} Name
     * @param {Name} name
     * @param {object} [ways]
     * @param {(value: T[Name]) => string} [ways.show]
     * @param {(typed: string) => unknown} [ways.parse] throws a sentence for what can't be meant
     */
    field(name, ways = {}) {
        const show = ways.show ?? ((/** @type {T[Name]} */ value) => String(value ?? ""));
        const stored = computed(() => {
            const row = this.read();
            return row === null ? "" : show(row[name]);
        });
        const value = signal(stored.peek());
        const error = signal(/** @type {string | null} */ (null));
        effect(() => {
            value.value = stored.value;
        });
        const changed = async () => {
            error.value = null;
            try {
                const next = (ways.parse ?? ((typed) => typed.trim()))(value.peek());
                if (value.peek() !== stored.peek()) await this.save({ [name]: next });
            } catch (problem) {
                error.value = typeof problem === "string" ? problem : wordsFor(problem);
            }
        };
        return { value, error, changed };
    }

    /**
     * @param {keyof T & string} name
     */
    toggle(name) {
        const stored = computed(() => Boolean(this.read()?.[name]));
        const value = signal(stored.peek());
        effect(() => {
            value.value = stored.value;
        });
        const changed = async () => {
            try {
                await this.save({ [name]: value.peek() });
            } catch (problem) {
                value.value = stored.peek();
                sayProblem(problem);
            }
        };
        return { value, changed };
    }
}

/** @param {unknown} error */
export function sayProblem(error) {
    say(wordsFor(error));
}

/**
 * Reads a whole number within bounds; an empty field is null where that is allowed.
 * @param {{ from: number, to: number, factor?: number, isOptional?: boolean }} bounds
 */
export function wholeNumber({ from, to, factor = 1, isOptional = false }) {
    return {
        show: (/** @type {unknown} */ value) => (typeof value === "number" ? String(Math.round(value / factor)) : ""),
        parse: (/** @type {string} */ typed) => {
            if (typed.trim() === "" && isOptional) return null;
            const value = Number(typed);
            if (typed.trim() === "" || !Number.isInteger(value) || value < from || value > to) {
                throw t("field.between", { from, to });
            }
            return value * factor;
        },
    };
}
