// The languages of the pages, and which one this browser uses.

/**
 * @typedef {object} Language
 * @property {string} tag
 * @property {string} name in itself
 * @property {"ltr" | "rtl"} direction
 */

/** @type {readonly Language[]} */
export const LANGUAGES = [
    { tag: "en", name: "English", direction: "ltr" },
    { tag: "de", name: "Deutsch", direction: "ltr" },
    { tag: "fr", name: "Français", direction: "ltr" },
    { tag: "es", name: "Español", direction: "ltr" },
    { tag: "ar", name: "العربية", direction: "rtl" },
    { tag: "hi", name: "हिन्दी", direction: "ltr" },
];

const KEY = "turn.language";

/** @param {string} tag */
export function languageOf(tag) {
    return LANGUAGES.find((language) => language.tag === tag) ?? LANGUAGES[0];
}

/** The language that was chosen here, else the first of the browser's that we have, else English. */
export function preferredLanguage() {
    const asked = [stored() ?? "", ...navigator.languages];
    const known = asked.map((tag) => tag.toLowerCase().split("-")[0]);
    return known.find((tag) => LANGUAGES.some((language) => language.tag === tag)) ?? "en";
}

/** @param {string} tag */
export function rememberLanguage(tag) {
    try {
        localStorage.setItem(KEY, tag);
    } catch {
        // A browser that keeps nothing asks again at the next visit.
    }
}

function stored() {
    try {
        return localStorage.getItem(KEY);
    } catch {
        return null;
    }
}
