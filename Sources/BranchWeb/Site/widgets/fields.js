// Form fields: a label, a hint, a control and an error that belong together for the eye and for a screen reader.

import { html, when } from "../reactive/template.js";
import { effect, isReadable } from "../reactive/signals.js";
import { icon } from "./icons.js";

/** @typedef {import("../reactive/signals.js").Signal<string>} TextSignal */
/** @typedef {import("../reactive/signals.js").Readable<string | null>} ErrorSignal */

/**
 * @typedef {object} FieldOptions
 * @property {() => string} label
 * @property {() => string} [hint]
 * @property {ErrorSignal} [error]
 * @property {TextSignal} value
 * @property {string} [type]
 * @property {string} [name]
 * @property {string} [autocomplete]
 * @property {string} [inputmode]
 * @property {number} [maxlength]
 * @property {string} [min]
 * @property {string} [max]
 * @property {string} [look] further classes of the control
 * @property {boolean} [required]
 * @property {boolean} [focused] has the focus when it appears
 * @property {() => unknown} [unit]
 * @property {(() => unknown) | undefined} [changed] the person has finished a change
 */

/**
 * @typedef {object} Option
 * @property {string} value
 * @property {() => string} words
 * @property {() => string} [hint]
 * @property {import("./icons.js").IconName} [icon]
 */

let lastID = 0;

/** @param {FieldOptions} field */
export function textField(field) {
    const id = newID();
    const read = (/** @type {Event} */ event) => {
        field.value.value = /** @type {HTMLInputElement} */ (event.target).value;
    };
    const control = html`<input class="control ${field.look}" id=${id} type=${field.type ?? "text"}
        name=${field.name ?? null} autocomplete=${field.autocomplete ?? "off"} inputmode=${field.inputmode ?? null}
        maxlength=${field.maxlength ?? null} min=${field.min ?? null} max=${field.max ?? null}
        aria-required=${field.required === true ? "true" : null} ?autofocus=${field.focused === true}
        aria-describedby=${describedBy(id, field)} aria-invalid=${() => (field.error?.value ? "true" : null)}
        spellcheck="false" .value=${field.value} @input=${read} @change=${() => field.changed?.()}>`;
    return framed(id, field, field.unit === undefined ? control
        : html`<div class="measure">${control}<span class="muted">${field.unit}</span></div>`);
}

/** @param {FieldOptions & { rows?: number }} field */
export function areaField(field) {
    const id = newID();
    return framed(id, field, html`<textarea class="control ${field.look}" id=${id}
        aria-describedby=${describedBy(id, field)} aria-invalid=${() => (field.error?.value ? "true" : null)}
        spellcheck="false" .value=${field.value} @change=${() => field.changed?.()} @input=${
            (/** @type {Event} */ event) => {
                field.value.value = /** @type {HTMLTextAreaElement} */ (event.target).value;
            }}></textarea>`);
}

/**
 * One of many.
 * @param {FieldOptions & { options: () => Array<{ value: string, words: string }> }} field
 */
export function selectField(field) {
    const id = newID();
    const read = (/** @type {Event} */ event) => {
        field.value.value = /** @type {HTMLSelectElement} */ (event.target).value;
        field.changed?.();
    };
    return framed(id, field, html`<select class="control ${field.look}" id=${id}
        name=${field.name ?? null} aria-describedby=${describedBy(id, field)}
        aria-invalid=${() => (field.error?.value ? "true" : null)} @change=${read}
        ref=${(/** @type {HTMLSelectElement} */ select) => keepOptions(select, field)}></select>`);
}

/**
 * Hundreds of time zones are nodes and no templates: that is a tenth of the work.
 * @param {HTMLSelectElement} select
 * @param {{ value: TextSignal, options: () => Array<{ value: string, words: string }> }} field
 */
function keepOptions(select, field) {
    effect(() => {
        select.replaceChildren(...field.options().map(({ value, words }) => new Option(words, value)));
        select.value = field.value.peek();
    });
    effect(() => {
        select.value = field.value.value;
    });
}

/**
 * One of a few, as tiles.
 * @param {object} field
 * @param {() => string} field.label
 * @param {TextSignal} field.value
 * @param {ErrorSignal} [field.error]
 * @param {Option[]} field.options
 * @param {() => unknown} [field.changed]
 */
export function choiceField(field) {
    const id = newID();
    return html`<fieldset class="fields field">
        <legend>${field.label}</legend>
        <div class="choices">${field.options.map((option) => html`<label class="choice">
            <input type="radio" name=${id} value=${option.value} .checked=${() => field.value.value === option.value}
                @change=${() => {
                    field.value.value = option.value;
                    field.changed?.();
                }}>
            ${option.icon === undefined ? null : icon(option.icon)}
            <span><strong>${option.words}</strong>${option.hint === undefined ? null
                : html`<span class="hint">${option.hint}</span>`}</span>
        </label>`)}</div>
        ${errorLine(id, field.error)}
    </fieldset>`;
}

/**
 * Yes or no, in force at once.
 * @param {object} field
 * @param {() => string} field.label
 * @param {() => string} [field.hint]
 * @param {import("../reactive/signals.js").Signal<boolean>} field.value
 * @param {() => unknown} [field.changed]
 */
export function switchField(field) {
    return html`<label class="tick">
        <input type="checkbox" role="switch" .checked=${field.value} @change=${(/** @type {Event} */ event) => {
            field.value.value = /** @type {HTMLInputElement} */ (event.target).checked;
            field.changed?.();
        }}>
        <span><strong>${field.label}</strong>${field.hint === undefined ? null
            : html`<span class="hint">${field.hint}</span>`}</span>
    </label>`;
}

/**
 * The label, hint and error around any control that has the id.
 * @param {string} id
 * @param {{ label: () => string, hint?: () => string, error?: ErrorSignal }} field
 * @param {unknown} control
 */
export function framed(id, field, control) {
    return html`<div class="field">
        <label for=${id}>${field.label}</label>
        ${field.hint === undefined ? null : html`<p class="hint" id=${`${id}-hint`}>${field.hint}</p>`}
        ${control}
        ${errorLine(id, field.error)}
    </div>`;
}

/**
 * @param {string} id
 * @param {ErrorSignal | undefined} error
 */
function errorLine(id, error) {
    if (!isReadable(error)) return null;
    return html`<div id=${`${id}-error`} aria-live="polite">${when(() => Boolean(error.value), () => html`
        <p class="error">${icon("warn")}<span>${() => error.value ?? ""}</span></p>`)}</div>`;
}

export function newID() {
    lastID += 1;
    return `field-${lastID}`;
}

/**
 * @param {string} id
 * @param {{ hint?: () => string, error?: ErrorSignal }} field
 */
function describedBy(id, field) {
    const ids = [field.hint === undefined ? "" : `${id}-hint`, field.error === undefined ? "" : `${id}-error`];
    return ids.filter((one) => one !== "").join(" ") || null;
}
