// The words of the pages. A catalogue is a flat JSON object; a plural is an object of Intl's plural categories.
// Each page loads the parts that it names, in one language; a test keeps all languages complete.

import { computed, signal } from "../reactive/signals.js";
import { LANGUAGES, languageOf, preferredLanguage, rememberLanguage } from "./languages.js";

/** @typedef {string | Record<string, string>} Entry */
/** @typedef {Record<string, string | number | (() => string | number)>} Values */

/** @type {string[]} */
let parts = [];
const tag = signal("en");
/** @type {import("../reactive/signals.js").Signal<Record<string, Entry>>} */
const entries = signal({});

/** The language of the page: a tag. */
export const language = computed(() => tag.value);

const plurals = computed(() => new Intl.PluralRules(tag.value));
const numbers = computed(() => new Intl.NumberFormat(tag.value));

/**
 * Loads the words of a page and sets its language and direction.
 * @param {string[]} names the parts of the catalogue that this page uses
 */
export async function openCatalogue(names) {
    parts = names;
    await chooseLanguage(preferredLanguage(), false);
}

/**
 * @param {string} wanted
 * @param {boolean} [remember]
 */
export async function chooseLanguage(wanted, remember = true) {
    const { tag: known, direction } = languageOf(wanted);
    const loaded = await Promise.all(parts.map((part) => loadPart(known, part)));
    entries.value = Object.assign({}, ...loaded);
    tag.value = known;
    document.documentElement.lang = known;
    document.documentElement.dir = direction;
    if (remember) rememberLanguage(known);
}

/**
 * Adds a part that only some places of a page need.
 * @param {string} part
 */
export async function addPart(part) {
    if (parts.includes(part)) return;
    parts = [...parts, part];
    const more = await loadPart(tag.peek(), part);
    entries.value = { ...entries.peek(), ...more };
}

/**
 * A text in the language of the page, now.
 * @param {string} key
 * @param {Values} [values]
 * @returns {string}
 */
export function t(key, values = {}) {
    const entry = entries.value[key];
    if (entry === undefined) return key;
    const given = settled(values);
    return filled(typeof entry === "string" ? entry : pluralOf(entry, Number(given.count ?? 0)), given);
}

/**
 * A text that follows the language of the page; for bindings.
 * @param {string} key
 * @param {Values} [values]
 */
export function text(key, values = {}) {
    return () => t(key, values);
}

/**
 * Whether the open catalogue has a text; for codes that a newer server may send.
 * @param {string} key
 */
export function hasText(key) {
    return entries.value[key] !== undefined;
}

/**
 * The name among names per language that fits the page: its own language, else the branch's, else any.
 * @param {Record<string, string | null> | null | undefined} names
 * @param {string} fallback
 */
export function ownName(names, fallback) {
    return names?.[tag.value] || fallback;
}

export { LANGUAGES };

/** @param {Values} values */
function settled(values) {
    /** @type {Record<string, string | number>} */
    const given = {};
    for (const [name, value] of Object.entries(values)) given[name] = typeof value === "function" ? value() : value;
    return given;
}

/**
 * @param {Record<string, string>} entry
 * @param {number} count
 */
function pluralOf(entry, count) {
    return entry[`=${count}`] ?? entry[plurals.value.select(count)] ?? entry.other ?? "";
}

/**
 * @param {string} pattern
 * @param {Record<string, string | number>} values
 */
function filled(pattern, values) {
    return pattern.replace(/\{([a-z_]+)\}/g, (whole, name) => {
        const value = values[name];
        if (value === undefined) return whole;
        return typeof value === "number" ? numbers.value.format(value) : value;
    });
}

/**
 * @param {string} known
 * @param {string} part
 * @returns {Promise<Record<string, Entry>>}
 */
async function loadPart(known, part) {
    const answer = await fetch(new URL(`../texts/${known}/${part}.json`, import.meta.url));
    if (!answer.ok) throw new Error(`The texts ${known}/${part} could not be loaded: ${answer.status}.`);
    return answer.json();
}
