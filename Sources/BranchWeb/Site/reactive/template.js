// The safe template: what is bound is text, a checked attribute, a property or a listener, and never markup.
// Bound functions and signals keep their place up to date by themselves.

import { Scope, computed, effect, isReadable, onEnd, untracked } from "./signals.js";
import { attributeProblem, propertyProblem, safeURL } from "./safety.js";
import { slotsOf } from "./slots.js";

/** @typedef {import("./slots.js").Slot} Slot */

/** What `html` returns: a description that becomes nodes when it is placed. */
export class Markup {
    /**
     * @param {TemplateStringsArray} strings
     * @param {unknown[]} values
     * @param {boolean} isSVG
     */
    constructor(strings, values, isSVG) {
        this.strings = strings;
        this.values = values;
        this.isSVG = isSVG;
    }
}

/** Something that looks after a place in the document by itself, such as a keyed list. */
export class Placed {
    /** @param {(place: Place) => void} mount */
    constructor(mount) {
        this.mount = mount;
    }
}

/** @typedef {{ element: HTMLTemplateElement, slots: Slot[] }} Pattern */

/** @type {WeakMap<TemplateStringsArray, Pattern>} */
const patterns = new WeakMap();

/**
 * @param {TemplateStringsArray} strings
 * @param {...unknown} values
 */
export function html(strings, ...values) {
    return new Markup(strings, values, false);
}

/**
 * Like `html`, for what stands inside an <svg>.
 * @param {TemplateStringsArray} strings
 * @param {...unknown} values
 */
export function svg(strings, ...values) {
    return new Markup(strings, values, true);
}

/**
 * One of two contents; built anew only when the answer turns.
 * @param {() => unknown} condition
 * @param {() => unknown} yes
 * @param {() => unknown} [no]
 */
export function when(condition, yes, no = () => null) {
    const answer = computed(() => Boolean(condition()));
    return () => (answer.value ? untracked(yes) : untracked(no));
}

/**
 * Content that is built once and not again when something that it read has changed.
 * @param {() => unknown} build
 */
export function once(build) {
    return () => untracked(build);
}

/**
 * Content by a value; built anew only when the value is another one.
 * @template T
 * @param {() => T} choose
 * @param {(choice: T) => unknown} build
 */
export function pick(choose, build) {
    const choice = computed(choose);
    return () => {
        const chosen = choice.value;
        return untracked(() => build(chosen));
    };
}

/**
 * Puts content into an element in place of what it held.
 * @param {unknown} content
 * @param {Element} container
 * @returns {() => void} ends it and takes it away
 */
export function render(content, container) {
    const scope = new Scope();
    container.replaceChildren();
    const start = container.appendChild(document.createComment(""));
    const end = container.appendChild(document.createComment(""));
    scope.run(() => bindContent(new Place(start, end), content));
    return () => {
        scope.end();
        container.replaceChildren();
    };
}

/**
 * The nodes of a template; their bindings end with the scope that runs this.
 * @param {Markup} markup
 * @returns {DocumentFragment}
 */
export function build(markup) {
    const { element, slots } = patternOf(markup);
    const fragment = document.importNode(element.content, true);
    const marked = [...fragment.querySelectorAll("[data-slot]")];
    const places = placesOf(fragment);
    for (const node of marked) {
        const names = (node.getAttribute("data-slot") ?? "").trim().split(" ");
        node.removeAttribute("data-slot");
        for (const name of names) bindAttribute(node, slots[Number(name)], markup.values);
    }
    for (const [index, marker] of places) {
        const end = document.createComment("");
        marker.after(end);
        bindContent(new Place(marker, end), markup.values[index]);
    }
    if (!markup.isSVG) return fragment;
    const inside = document.createDocumentFragment();
    inside.append(...(fragment.firstElementChild?.childNodes ?? []));
    return inside;
}

/** The space between two markers. */
export class Place {
    /**
     * @param {ChildNode} start
     * @param {ChildNode} end
     */
    constructor(start, end) {
        this.start = start;
        this.end = end;
    }

    clear() {
        let node = this.start.nextSibling;
        while (node !== null && node !== this.end) {
            const next = node.nextSibling;
            node.remove();
            node = next;
        }
    }

    /** @param {Node} node */
    fill(node) {
        this.end.parentNode?.insertBefore(node, this.end);
    }

    /** @param {string} text */
    write(text) {
        const only = this.start.nextSibling;
        if (only instanceof Text && only.nextSibling === this.end) {
            if (only.data !== text) only.data = text;
            return;
        }
        this.clear();
        if (text !== "") this.fill(document.createTextNode(text));
    }
}

/**
 * @param {Place} place
 * @param {unknown} content
 */
function bindContent(place, content) {
    if (isReadable(content)) effect(() => putContent(place, content.value));
    else if (typeof content === "function") effect(() => putContent(place, content()));
    else putContent(place, content);
}

/**
 * @param {Place} place
 * @param {unknown} content
 */
function putContent(place, content) {
    if (typeof content === "string" || typeof content === "number") {
        place.write(String(content));
        return;
    }
    place.clear();
    if (content === null || content === undefined || content === false || content === true) return;
    if (content instanceof Markup) {
        place.fill(untracked(() => build(content)));
    } else if (content instanceof Placed) {
        untracked(() => content.mount(place));
    } else if (content instanceof Node) {
        place.fill(content);
    } else if (Array.isArray(content)) {
        for (const part of content) {
            const start = document.createComment("");
            const end = document.createComment("");
            place.fill(start);
            place.fill(end);
            bindContent(new Place(start, end), part);
        }
    } else if (isReadable(content) || typeof content === "function") {
        bindContent(place, content);
    } else {
        place.write(String(content));
    }
}

/**
 * @param {Element} node
 * @param {Slot} slot
 * @param {unknown[]} values
 */
function bindAttribute(node, slot, values) {
    const value = values[slot.first];
    if (slot.kind === "listener") {
        if (typeof value !== "function") throw new TypeError(`@${slot.name} needs a function.`);
        const listener = /** @type {EventListener} */ (value);
        node.addEventListener(slot.name, listener);
        onEnd(() => node.removeEventListener(slot.name, listener));
        return;
    }
    if (slot.kind === "reference") {
        /** @type {(node: Element) => void} */ (value)(node);
        return;
    }
    const problem = slot.kind === "property" ? propertyProblem(slot.name) : attributeProblem(node, slot.name);
    if (problem !== null) throw new TypeError(problem);
    const parts = values.slice(slot.first, slot.first + slot.count);
    const put = () => putAttribute(node, slot, parts.map(current));
    if (parts.some((part) => isReadable(part) || typeof part === "function")) effect(put);
    else put();
}

/** @param {unknown} value */
function current(value) {
    if (isReadable(value)) return value.value;
    return typeof value === "function" ? value() : value;
}

/**
 * @param {Element} node
 * @param {Slot} slot
 * @param {unknown[]} parts
 */
function putAttribute(node, slot, parts) {
    if (slot.kind === "switch") {
        node.toggleAttribute(slot.name, Boolean(parts[0]));
        return;
    }
    if (slot.kind === "property") {
        const holder = /** @type {Record<string, unknown>} */ (/** @type {unknown} */ (node));
        // Setting an input's value to what it is would move the caret.
        if (holder[slot.name] !== parts[0]) holder[slot.name] = safeURL(node, slot.name, parts[0]);
        return;
    }
    if (slot.count === 1 && slot.texts.every((text) => text === "")) {
        const only = parts[0];
        if (only === null || only === undefined || only === false) node.removeAttribute(slot.name);
        else node.setAttribute(slot.name, String(safeURL(node, slot.name, only === true ? "" : only)));
        return;
    }
    const words = parts.map(wordOf);
    const whole = slot.texts.reduce((text, piece, at) => text + piece + (words[at] ?? ""), "");
    node.setAttribute(slot.name, String(safeURL(node, slot.name, whole.trim())));
}

/** @param {unknown} part */
function wordOf(part) {
    return part === null || part === undefined || part === false ? "" : String(part);
}

/** @param {Markup} markup */
function patternOf(markup) {
    const known = patterns.get(markup.strings);
    if (known !== undefined) return known;
    const { text, slots } = slotsOf(markup.strings);
    const element = document.createElement("template");
    element.innerHTML = markup.isSVG ? `<svg>${text}</svg>` : text;
    const pattern = { element, slots };
    patterns.set(markup.strings, pattern);
    return pattern;
}

/**
 * The markers of bound contents with the numbers of their values.
 * @param {DocumentFragment} fragment
 */
function placesOf(fragment) {
    /** @type {Array<[number, Comment]>} */
    const places = [];
    const walker = document.createTreeWalker(fragment, NodeFilter.SHOW_COMMENT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
        const comment = /** @type {Comment} */ (node);
        if (!comment.data.startsWith("slot:")) continue;
        places.push([Number(comment.data.slice(5)), comment]);
        comment.data = "";
    }
    return places;
}
