// How the pages look in this browser: language, light or dark, contrast, letter size. Kept here, never sent.

import { signal } from "../reactive/signals.js";
import { html } from "../reactive/template.js";
import { LANGUAGES, chooseLanguage, language, text } from "../language/texts.js";
import { choiceField, selectField } from "./fields.js";
import { openDialog } from "./dialogs.js";
import { icon } from "./icons.js";

const KEY = "turn.look";

/** @typedef {{ appearance: string, contrast: string, text: string }} Look */

/** @type {import("../reactive/signals.js").Signal<Look>} */
const look = signal(stored());

/** Puts the stored look on the page; before anything is shown. */
export function wearLook() {
    const { dataset } = document.documentElement;
    const darkened = matchMedia("(prefers-color-scheme: dark)");
    const contrasted = matchMedia("(prefers-contrast: more)");
    const wear = () => {
        const { appearance, contrast, text: letters } = look.peek();
        dataset.appearance = appearance === "system" ? (darkened.matches ? "dark" : "light") : appearance;
        dataset.contrast = contrast === "more" || contrasted.matches ? "more" : "normal";
        dataset.text = letters;
    };
    wear();
    darkened.addEventListener("change", wear);
    contrasted.addEventListener("change", wear);
    return wear;
}

const wearAgain = wearLook();

/** The button in the head of a page. */
export function preferencesButton() {
    return html`<button type="button" class="button quiet" @click=${openPreferences} aria-haspopup="dialog">
        ${icon("tune")}<span>${() => LANGUAGES.find((one) => one.tag === language.value)?.name ?? ""}</span>
        <span class="unseen">${text("look.open")}</span>
    </button>`;
}

export function openPreferences() {
    return openDialog(text("look.title"), (/** @type {(value: true) => void} */ give) => html`
        <div class="preferences">
            ${languageField()}
            ${lookField("appearance", "look.appearance", ["system", "light", "dark"])}
            ${lookField("contrast", "look.contrast", ["normal", "more"])}
            ${lookField("text", "look.text", ["normal", "large"])}
        </div>
        <div class="actions end">
            <button type="button" class="button primary" @click=${() => give(true)}>${text("action.done")}</button>
        </div>`);
}

/** The language of the pages, as a field. */
export function languageField() {
    const value = signal(language.peek());
    return selectField({
        label: text("look.language"), value,
        options: () => LANGUAGES.map((one) => ({ value: one.tag, words: one.name })),
        changed: () => chooseLanguage(value.peek()),
    });
}

/**
 * @param {keyof Look} name
 * @param {string} key
 * @param {string[]} options
 */
function lookField(name, key, options) {
    const value = signal(look.peek()[name]);
    return choiceField({
        label: text(key), value,
        options: options.map((option) => ({ value: option, words: text(`look.${name}.${option}`) })),
        changed: () => keep({ ...look.peek(), [name]: value.peek() }),
    });
}

/** @param {Look} next */
function keep(next) {
    look.value = next;
    wearAgain();
    try {
        localStorage.setItem(KEY, JSON.stringify(next));
    } catch {
        // A browser that keeps nothing wears the system's look at the next visit.
    }
}

/** @returns {Look} */
function stored() {
    const plain = { appearance: "system", contrast: "normal", text: "normal" };
    try {
        return { ...plain, ...JSON.parse(localStorage.getItem(KEY) ?? "{}") };
    } catch {
        return plain;
    }
}
