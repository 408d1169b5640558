// The branch's time zone, among all that the browser knows.

import { onEnd, signal } from "../reactive/signals.js";
import { selectField } from "../widgets/fields.js";
import { text } from "../language/texts.js";

/** The zone of the machine on which this page is shown. */
export function ownZone() {
    return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** Milliseconds after which the hundreds of zones are listed: the page is there first. */
const LATER = 250;

/**
 * @param {import("../reactive/signals.js").Signal<string>} value
 * @param {{ error?: import("../reactive/signals.js").Readable<string | null>, changed?: () => void }} [options]
 */
export function timeZoneField(value, options = {}) {
    const zones = signal([value.peek()]);
    const timer = setTimeout(() => (zones.value = allZones(value.peek())), LATER);
    onEnd(() => clearTimeout(timer));
    return selectField({
        label: text("branch.time_zone"), hint: text("branch.time_zone_hint"), value, ...options,
        options: () => zones.value.map((zone) => ({ value: zone, words: zone.replaceAll("_", " ") })),
    });
}

/** @param {string} present */
function allZones(present) {
    // TypeScript's library of this age doesn't know the function yet.
    const known = /** @type {{ supportedValuesOf?: (key: string) => string[] }} */ (/** @type {unknown} */ (Intl));
    const all = new Set([...(known.supportedValuesOf?.("timeZone") ?? []), "UTC", present]);
    return [...all].sort();
}
