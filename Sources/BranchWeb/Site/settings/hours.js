// Opening hours: spans of the week, and days that are different. As a model that a form edits, and as that form.

import { computed, signal } from "../reactive/signals.js";
import { html, when } from "../reactive/template.js";
import { list } from "../reactive/list.js";
import { t, text } from "../language/texts.js";
import { weekdayName } from "../language/format.js";
import { choiceField, newID } from "../widgets/fields.js";
import { icon } from "../widgets/icons.js";
import { timeInput } from "../widgets/timeinput.js";

/** @typedef {import("../branch/rows.js").OpenSpan} OpenSpan */
/** @typedef {import("../branch/rows.js").HoursException} HoursException */
/** @typedef {"always" | "fixed" | "branch"} HoursKind */
/** @typedef {{ key: number, days: number[], from: string, to: string }} SpanRow */
/** @typedef {{ key: number, date: string, isClosed: boolean, from: string, to: string, note: string }} ExceptionRow */

const WEEK = [1, 2, 3, 4, 5, 6, 7];
const USUAL = { days: [1, 2, 3, 4, 5], from: "09:00", to: "17:00" };
/** Bounds of the lists. */
export const MOST = { spans: 21, exceptions: 100 };
let lastKey = 0;

export class Hours {
    /** @type {import("../reactive/signals.js").Signal<string>} */
    kind;
    /** @type {import("../reactive/signals.js").Signal<SpanRow[]>} */
    spans;
    /** @type {import("../reactive/signals.js").Signal<ExceptionRow[]>} */
    exceptions;

    /** What is wrong, as a sentence. */
    problem = computed(() => {
        if (this.kind.value === "fixed") {
            if (this.spans.value.some((row) => row.days.length === 0)) return t("hours.no_days");
            if (this.spans.value.some((row) => !isSpan(row))) return t("hours.not_a_span");
        }
        if (this.exceptions.value.some((row) => row.date === "")) return t("hours.no_date");
        if (this.exceptions.value.some((row) => !row.isClosed && !isSpan(row))) return t("hours.not_a_span");
        return null;
    });

    /**
     * @param {OpenSpan[] | null | undefined} hours
     * @param {HoursException[]} [exceptions]
     * @param {HoursKind} [meaningOfNull]
     */
    constructor(hours, exceptions = [], meaningOfNull = "always") {
        this.kind = signal(/** @type {string} */ (hours ? "fixed" : meaningOfNull));
        this.spans = signal((hours ?? [USUAL]).map((span) => ({ ...span, key: (lastKey += 1) })));
        this.exceptions = signal(exceptions.map((row) => ({
            key: (lastKey += 1), date: row.date, isClosed: row.from === null, from: row.from ?? "09:00",
            to: row.to ?? "12:00", note: row.note ?? "",
        })));
    }

    /** @returns {OpenSpan[] | null} */
    get hours() {
        if (this.kind.peek() !== "fixed") return null;
        return this.spans.peek().map(({ days, from, to }) => ({ days, from, to }));
    }

    /** @returns {HoursException[]} */
    get differences() {
        return this.exceptions.peek().map(({ date, isClosed, from, to, note }) => ({
            date, from: isClosed ? null : from, to: isClosed ? null : to, note: note.trim() || null,
        }));
    }

    addSpan() {
        // A second span of the same days is most likely the afternoon.
        const last = this.spans.peek().at(-1);
        const next = last === undefined ? USUAL : { days: [6], from: "09:00", to: "13:00" };
        this.spans.value = [...this.spans.peek(), { ...next, key: (lastKey += 1) }];
    }

    addException() {
        const next = { key: (lastKey += 1), date: "", isClosed: true, from: "09:00", to: "12:00", note: "" };
        this.exceptions.value = [...this.exceptions.peek(), next];
    }
}

/** @param {{ from: string, to: string }} row */
function isSpan(row) {
    return row.from !== "" && row.to !== "" && row.from < row.to;
}

/**
 * @template {{ key: number }} Row
 * @param {import("../reactive/signals.js").Signal<Row[]>} rows
 * @param {number} key
 * @param {Partial<Row> | null} change null takes the row away
 */
function alter(rows, key, change) {
    rows.value = rows.peek().flatMap((row) => {
        if (row.key !== key) return [row];
        return change === null ? [] : [{ ...row, ...change }];
    });
}

/**
 * @param {Hours} hours
 * @param {{ changed?: () => void, withExceptions?: boolean, kinds?: HoursKind[] }} [options]
 */
export function hoursEditor(hours, options = {}) {
    const changed = options.changed ?? (() => {});
    const kinds = options.kinds ?? ["fixed", "always"];
    return html`<div class="stack">
        ${choiceField({
            label: text("hours.when"), value: hours.kind, changed,
            options: kinds.map((kind) => ({ value: kind, words: text(`hours.${kind}`) })),
        })}
        ${when(() => hours.kind.value === "fixed", () => spanList(hours, changed))}
        ${options.withExceptions === false ? null : exceptionList(hours, changed)}
        <div role="alert">${when(() => hours.problem.value !== null, () => html`
            <div class="field"><p class="error">${icon("warn")}<span>${hours.problem}</span></p></div>`)}</div>
    </div>`;
}

/**
 * @param {Hours} hours
 * @param {() => void} changed
 */
function spanList(hours, changed) {
    return html`<div class="stack tight">
        ${list(() => hours.spans.value, (row) => row.key, (row, key) => html`<fieldset class="span-row">
            <legend class="unseen">${text("hours.span")}</legend>
            <div class="chips">${WEEK.map((day) => html`<label class="chip">
                <input type="checkbox" aria-label=${() => weekdayName(day)}
                    .checked=${() => row.value.days.includes(day)}
                    @change=${() => {
                        const { days } = row.peek();
                        const next = days.includes(day) ? days.filter((one) => one !== day) : [...days, day].sort();
                        alter(hours.spans, Number(key), { days: next });
                        changed();
                    }}>
                <span aria-hidden="true">${() => weekdayName(day, "short")}</span></label>`)}</div>
            ${fromTo(row, (change) => {
                alter(hours.spans, Number(key), change);
                changed();
            })}
            ${when(() => hours.spans.value.length > 1, () => removeButton(text("hours.remove_span"), () => {
                alter(hours.spans, Number(key), null);
                changed();
            }))}
        </fieldset>`)}
        ${when(() => hours.spans.value.length < MOST.spans, () => html`<div>
            <button type="button" class="button quiet flush" @click=${() => {
                hours.addSpan();
                changed();
            }}>${icon("plus")}${text("hours.add_span")}</button></div>`)}
    </div>`;
}

/**
 * @param {Hours} hours
 * @param {() => void} changed
 */
function exceptionList(hours, changed) {
    return html`<div class="stack tight">
        <div><h3>${text("hours.exceptions")}</h3><p class="muted small">${text("hours.exceptions_hint")}</p></div>
        ${list(() => hours.exceptions.value, (row) => row.key, (row, key) => exceptionRow(row, (change) => {
            alter(hours.exceptions, Number(key), change);
            changed();
        }))}
        ${when(() => hours.exceptions.value.length < MOST.exceptions, () => html`<div>
            <button type="button" class="button quiet flush" @click=${() => hours.addException()}>
                ${icon("plus")}${text("hours.add_exception")}</button></div>`)}
    </div>`;
}

/**
 * @param {import("../reactive/signals.js").Readable<ExceptionRow>} row
 * @param {(change: Partial<ExceptionRow> | null) => void} alterRow
 */
function exceptionRow(row, alterRow) {
    const date = newID();
    const note = newID();
    return html`<fieldset class="span-row">
        <legend class="unseen">${text("hours.exceptions")}</legend>
        <div class="field narrow"><label class="small" for=${date}>${text("hours.date")}</label>
            <input class="control" type="date" id=${date} .value=${() => row.value.date}
                @change=${(/** @type {Event} */ event) => alterRow({ date: valueOf(event) })}></div>
        <label class="tick"><input type="checkbox" .checked=${() => row.value.isClosed}
            @change=${() => alterRow({ isClosed: !row.peek().isClosed })}><span>${text("hours.closed")}</span></label>
        ${when(() => !row.value.isClosed, () => fromTo(row, alterRow))}
        <div class="field grow"><label class="small" for=${note}>${text("hours.note")}</label>
            <input class="control" id=${note} maxlength="100" .value=${() => row.value.note}
                @change=${(/** @type {Event} */ event) => alterRow({ note: valueOf(event) })}></div>
        ${removeButton(text("hours.remove_exception"), () => alterRow(null))}
    </fieldset>`;
}

/**
 * @param {import("../reactive/signals.js").Readable<{ from: string, to: string }>} row
 * @param {(change: { from?: string, to?: string }) => void} alterRow
 */
function fromTo(row, alterRow) {
    return html`<div class="from-to">
        ${timeInput({ label: text("hours.from"), value: () => row.value.from, changed: (from) => alterRow({ from }) })}
        <span aria-hidden="true">–</span>
        ${timeInput({ label: text("hours.to"), value: () => row.value.to, changed: (to) => alterRow({ to }) })}
    </div>`;
}

/**
 * @param {() => string} words
 * @param {() => void} act
 */
export function removeButton(words, act) {
    return html`<button type="button" class="button quiet icon-only" aria-label=${words} title=${words} @click=${act}>
        ${icon("trash")}</button>`;
}

/** @param {Event} event */
function valueOf(event) {
    return /** @type {HTMLInputElement} */ (event.target).value;
}
