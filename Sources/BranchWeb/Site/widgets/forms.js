// A form that sends one request: its button waits, its fields show what the branch refuses.

import { signal } from "../reactive/signals.js";
import { html, when } from "../reactive/template.js";
import { t } from "../language/texts.js";
import { Problem, wordsFor } from "../branch/problem.js";
import { icon } from "./icons.js";

/**
 * @template {string} Name
 */
export class FormState {
    /** What is wrong with the whole. */
    failure = signal(/** @type {string | null} */ (null));
    isSending = signal(false);
    /** @type {Record<Name, import("../reactive/signals.js").Signal<string | null>>} */
    errors;

    /** @param {Name[]} names the fields as the branch names them */
    constructor(names) {
        const errors = /** @type {Record<string, import("../reactive/signals.js").Signal<string | null>>} */ ({});
        for (const name of names) errors[name] = signal(/** @type {string | null} */ (null));
        this.errors = errors;
    }

    clear() {
        this.failure.value = null;
        for (const error of Object.values(this.errors)) /** @type {any} */ (error).value = null;
    }

    /**
     * @param {Name} name
     * @param {string} words
     */
    refuse(name, words) {
        this.errors[name].value = words;
    }

    get isRefused() {
        return Object.values(this.errors).some((error) => /** @type {any} */ (error).peek() !== null);
    }

    /**
     * Sends once at a time and puts a refusal where it belongs. Answers whether it went through.
     * @param {() => Promise<unknown>} work
     * @param {HTMLElement | null} [form] whose first wrong field gets the focus
     */
    async send(work, form = null) {
        if (this.isSending.peek()) return false;
        this.isSending.value = true;
        try {
            await work();
            return true;
        } catch (error) {
            this.place(error);
            focusFirstError(form);
            return false;
        } finally {
            this.isSending.value = false;
        }
    }

    /** @param {unknown} error */
    place(error) {
        const field = error instanceof Problem ? error.field : null;
        const own = field === null ? undefined : this.errors[/** @type {Name} */ (field.split(/[.[]/)[0])];
        if (own !== undefined) own.value = wordsFor(error);
        else this.failure.value = error instanceof Problem ? wordsFor(error) : t("problem.unknown");
        if (!(error instanceof Problem)) console.error(error);
    }
}

/** @param {HTMLElement | null} form */
export function focusFirstError(form) {
    const wrong = form?.querySelector('[aria-invalid="true"]');
    if (wrong instanceof HTMLElement) wrong.focus();
}

/** @param {FormState<any>} state */
export function failureNotice(state) {
    return html`<div role="alert">${when(() => state.failure.value !== null, () => html`
        <div class="notice late">${icon("warn")}<p>${() => state.failure.value ?? ""}</p></div>`)}</div>`;
}

/**
 * The button that sends; while it does, it says so and a second press does nothing.
 * @param {FormState<any>} state
 * @param {() => string} words
 * @param {string} [look]
 */
export function sendButton(state, words, look = "primary") {
    return html`<button type="submit" class=${`button ${look}`}
        aria-disabled=${() => (state.isSending.value ? "true" : null)}>
        ${() => (state.isSending.value ? t("action.sending") : words())}</button>`;
}

/**
 * The handler of a form's submit.
 * @param {(form: HTMLFormElement) => unknown} work
 */
export function onSubmit(work) {
    return (/** @type {SubmitEvent} */ event) => {
        event.preventDefault();
        work(/** @type {HTMLFormElement} */ (event.currentTarget));
    };
}
