// Numbers, spans and times as the reader's language writes them, in the branch's time zone.

import { computed, signal } from "../reactive/signals.js";
import { language, t } from "./texts.js";

/** The branch's time zone; undefined, which is the browser's, until the branch has told its own. */
export const timeZone = signal(/** @type {string | undefined} */ (undefined));

/** Twenty-four hours everywhere: a queue must not leave open which half of the day is meant. */
const CLOCK = /** @type {const} */ ({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
/** @type {Map<string, Intl.DateTimeFormat>} */
const dateFormats = new Map();
const numberFormat = computed(() => new Intl.NumberFormat(language.value));
const percentFormat = computed(() => new Intl.NumberFormat(language.value, { style: "percent" }));
const listFormat = computed(() => new Intl.ListFormat(language.value, { type: "conjunction" }));

/** @param {number} value */
export function number(value) {
    return numberFormat.value.format(value);
}

/** @param {number} share from 0 to 1 */
export function percent(share) {
    return percentFormat.value.format(share);
}

/** @param {string[]} items */
export function listed(items) {
    return listFormat.value.format(items);
}

/**
 * How long, in one unit that a person would say: "40 s", "6 min", "2 h 5 min", "3 d".
 * @param {number} seconds
 */
export function span(seconds) {
    const whole = Math.max(0, Math.round(seconds));
    if (whole < 60) return t("span.seconds", { n: whole });
    const minutes = Math.round(whole / 60);
    if (minutes < 60) return t("span.minutes", { n: minutes });
    const hours = Math.floor(minutes / 60);
    if (hours >= 48) return t("span.days", { n: Math.round(hours / 24) });
    const rest = minutes % 60;
    return rest === 0 ? t("span.hours", { n: hours }) : t("span.hours_minutes", { n: hours, m: rest });
}

/**
 * A running clock with a width that doesn't change: "03:12", "1:03:12".
 * @param {number} seconds
 */
export function stopwatch(seconds) {
    const whole = Math.max(0, Math.floor(seconds));
    const pad = (/** @type {number} */ value) => String(value).padStart(2, "0");
    const hours = Math.floor(whole / 3600);
    const rest = `${pad(Math.floor((whole % 3600) / 60))}:${pad(whole % 60)}`;
    return hours > 0 ? `${hours}:${rest}` : rest;
}

/**
 * A waiting range in minutes, honest about its width: "10–15 min".
 * @param {number} low seconds
 * @param {number} high seconds
 */
export function range(low, high) {
    const from = Math.max(0, Math.floor(low / 60));
    const to = Math.max(from, Math.ceil(high / 60));
    if (to <= 1) return t("span.under_a_minute");
    return from === to ? t("span.minutes", { n: to }) : t("span.range", { low: from, high: to });
}

/**
 * A time of day: "14:05".
 * @param {string | number | Date} moment
 */
export function clock(moment) {
    return formatted(moment, CLOCK);
}

/** @param {string | number | Date} moment */
export function day(moment) {
    return formatted(moment, { weekday: "short", day: "numeric", month: "short", year: "numeric" });
}

/** @param {string | number | Date} moment */
export function dayAndClock(moment) {
    return formatted(moment, {
        day: "numeric", month: "short", ...CLOCK, second: "2-digit",
    });
}

/**
 * The name of a weekday, 1 = Monday … 7 = Sunday.
 * @param {number} weekday
 * @param {"long" | "short"} [width]
 */
export function weekdayName(weekday, width = "long") {
    // 1 January 2024 was a Monday.
    const moment = Date.UTC(2024, 0, weekday, 12);
    return new Intl.DateTimeFormat(language.value, { weekday: width, timeZone: "UTC" }).format(moment);
}

/**
 * How long ago or ahead: "5 minutes ago".
 * @param {string | number | Date} moment
 * @param {number} now milliseconds
 */
export function relative(moment, now) {
    const seconds = Math.round((new Date(moment).getTime() - now) / 1000);
    const format = new Intl.RelativeTimeFormat(language.value, { numeric: "auto" });
    const size = Math.abs(seconds);
    if (size < 60) return format.format(seconds, "second");
    if (size < 3600) return format.format(Math.round(seconds / 60), "minute");
    if (size < 86_400) return format.format(Math.round(seconds / 3600), "hour");
    return format.format(Math.round(seconds / 86_400), "day");
}

/**
 * @param {string | number | Date} moment
 * @param {Intl.DateTimeFormatOptions} options
 */
function formatted(moment, options) {
    const key = `${language.value} ${timeZone.value} ${Object.keys(options).join()}`;
    let format = dateFormats.get(key);
    if (format === undefined) {
        format = new Intl.DateTimeFormat(language.value, { ...options, timeZone: timeZone.value });
        dateFormats.set(key, format);
    }
    return format.format(new Date(moment));
}
