// A list whose rows keep their nodes: a row moves only when it must, and what has the focus keeps it.

import { Markup, Placed, build } from "./template.js";
import { Scope, batch, effect, signal, untracked } from "./signals.js";

/**
 * What can move a node without its leaving the document, in newer browsers.
 * @typedef {Element & { moveBefore?: (node: Node, before: Node) => void }} Mover
 */

/**
 * @template T
 * @typedef {{ node: Element, scope: Scope, item: import("./signals.js").Signal<T> }} Row
 */

/**
 * @template T
 * @param {() => Iterable<T>} items
 * @param {(item: T) => string | number} keyOf
 * @param {(item: import("./signals.js").Readable<T>, key: string | number) => Markup} build one element a row
 */
export function list(items, keyOf, build) {
    return new Placed((place) => {
        const rows = new Rows(place, keyOf, build);
        effect(() => {
            const now = [...items()];
            untracked(() => rows.show(now));
        });
        effect(() => () => rows.end());
    });
}

/** @template T */
class Rows {
    /** @type {Map<string | number, Row<T>>} */
    #rows = new Map();

    /**
     * @param {import("./template.js").Place} place
     * @param {(item: T) => string | number} keyOf
     * @param {(item: import("./signals.js").Readable<T>, key: string | number) => Markup} describe
     */
    constructor(place, keyOf, describe) {
        this.place = place;
        this.keyOf = keyOf;
        this.describe = describe;
    }

    /** @param {T[]} items */
    show(items) {
        /** @type {Map<string | number, T>} */
        const wanted = new Map();
        for (const item of items) wanted.set(this.keyOf(item), item);
        if (wanted.size !== items.length) throw new Error("Two rows of a list have the same key.");
        for (const [key, row] of this.#rows) {
            if (wanted.has(key)) continue;
            this.#rows.delete(key);
            row.scope.end();
            row.node.remove();
        }
        /** @type {Map<string | number, Row<T>>} */
        const next = new Map();
        batch(() => {
            for (const [key, item] of wanted) {
                const known = this.#rows.get(key);
                if (known !== undefined) known.item.value = item;
                next.set(key, known ?? this.made(key, item));
            }
        });
        this.arrange([...next.values()].map((row) => row.node));
        this.#rows = next;
    }

    /**
     * @param {string | number} key
     * @param {T} item
     * @returns {Row<T>}
     */
    made(key, item) {
        const scope = new Scope(null);
        const current = signal(item);
        const fragment = scope.run(() => build(this.describe(current, key)));
        const node = fragment.firstElementChild;
        if (node === null || fragment.childElementCount !== 1) throw new Error("A row of a list is one element.");
        return { node, scope, item: current };
    }

    /** @param {Element[]} nodes in the order that they shall have */
    arrange(nodes) {
        const order = new Map(this.present().map((node, at) => [node, at]));
        const still = unmoved(nodes.map((node) => order.get(node) ?? -1));
        let before = this.place.end;
        for (let at = nodes.length - 1; at >= 0; at -= 1) {
            if (!still.has(at)) put(nodes[at], before);
            before = nodes[at];
        }
    }

    present() {
        /** @type {Element[]} */
        const nodes = [];
        const { start, end } = this.place;
        for (let node = start.nextSibling; node !== null && node !== end; node = node.nextSibling) {
            if (node instanceof Element) nodes.push(node);
        }
        return nodes;
    }

    end() {
        for (const row of this.#rows.values()) row.scope.end();
        this.#rows.clear();
    }
}

/**
 * @param {Element} node
 * @param {ChildNode} before
 */
function put(node, before) {
    const parent = /** @type {Mover | null} */ (before.parentNode);
    if (parent === null) return;
    if (node.isConnected && parent.isConnected && parent.moveBefore !== undefined) {
        parent.moveBefore(node, before);
        return;
    }
    const focused = document.activeElement;
    parent.insertBefore(node, before);
    if (focused instanceof HTMLElement && node.contains(focused) && document.activeElement !== focused) {
        focused.focus({ preventScroll: true });
    }
}

/**
 * The places of a longest rising run of old positions: those rows stay where they are. New rows (-1) never do.
 * @param {number[]} positions
 */
function unmoved(positions) {
    /** @type {number[]} */
    const tails = [];
    /** @type {number[]} */
    const before = new Array(positions.length).fill(-1);
    positions.forEach((position, at) => {
        if (position < 0) return;
        let low = 0;
        let high = tails.length;
        while (low < high) {
            const middle = (low + high) >> 1;
            if (positions[tails[middle]] < position) low = middle + 1;
            else high = middle;
        }
        before[at] = low > 0 ? tails[low - 1] : -1;
        tails[low] = at;
    });
    /** @type {Set<number>} */
    const kept = new Set();
    for (let at = tails.at(-1) ?? -1; at >= 0; at = before[at]) kept.add(at);
    return kept;
}
