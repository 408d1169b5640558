// The box: what is wrong and how to mend it, the way to head office, disk, clock, version.

import { onEnd, signal } from "../../reactive/signals.js";
import { html, when } from "../../reactive/template.js";
import { t, text } from "../../language/texts.js";
import { clock, dayAndClock, number, percent, span } from "../../language/format.js";
import { get } from "../../branch/api.js";
import { icon } from "../../widgets/icons.js";
import { loadedThen } from "../../widgets/loaded.js";
import { placeHead, section, stateWords } from "../parts.js";

/**
 * What `turn-branch status --json` says; absent parts may be left out.
 * @typedef {object} Status
 * @property {string} version
 * @property {string} started_at
 * @property {string} day
 * @property {number} last_seq
 * @property {number} open_tickets
 * @property {{ commands: number }} writer
 * @property {{ now: string, alarm?: string | null }} clock
 * @property {{ free_bytes: number, total_bytes: number, level: string } | null} [disk]
 * @property {number | null} [memory_bytes]
 * @property {Uplink | null} [uplink]
 * @property {Array<{ code: string, sentence: string, mend: string }>} faults
 */
/**
 * @typedef {object} Uplink
 * @property {number} branch_id
 * @property {boolean} connected
 * @property {number} pending
 * @property {number} relayed
 * @property {number} safe_seq
 * @property {number | null} [oldest_unsafe_seconds]
 * @property {string | null} [obstacle]
 */

const LOOK_AGAIN = 5_000;
const GIGABYTE = 1_073_741_824;

export function view() {
    return loadedThen(() => get("/status"), (/** @type {Status} */ first) => {
        const status = signal(first);
        const timer = setInterval(() => get("/status").then((next) => (status.value = next), () => {
            // The state of the connection stands above.
        }), LOOK_AGAIN);
        onEnd(() => clearInterval(timer));
        return html`<div class="stack">
            ${placeHead(text("admin.place.status"), text("status.intro"))}
            ${() => faults(status.value)}
            ${section(text("status.uplink"), html`${() => uplink(status.value.uplink ?? null)}`)}
            ${section(text("status.box"), html`${() => facts(status.value)}`)}
        </div>`;
    });
}

/** @param {Status} status */
function faults(status) {
    if (status.faults.length === 0) {
        return html`<div class="notice">${icon("check")}<p><strong>${text("status.no_faults")}</strong></p></div>`;
    }
    return status.faults.map((fault) => html`<div class="notice late" role="alert">${icon("warn")}<div lang="en">
        <strong>${fault.sentence}</strong><p>${fault.mend}</p></div></div>`);
}

/** @param {Uplink | null} link */
function uplink(link) {
    if (link === null) return html`<p class="muted">${text("uplink.none")}</p>`;
    return html`<div class="stack tight">
        <p>${link.connected ? stateWords("check", text("uplink.connected"), "good")
            : stateWords("warn", text("uplink.away"), "slow")}</p>
        ${when(() => Boolean(link.obstacle), () => html`<p lang="en">${link.obstacle ?? ""}</p>`)}
        <dl class="facts">
            ${fact("uplink.branch", number(link.branch_id))}
            ${fact("uplink.pending", number(link.pending))}
            ${fact("uplink.relayed", number(link.relayed))}
            ${fact("uplink.safe", number(link.safe_seq))}
            ${link.oldest_unsafe_seconds ? fact("uplink.oldest", span(link.oldest_unsafe_seconds)) : null}
        </dl>
    </div>`;
}

/** @param {Status} status */
function facts(status) {
    const { disk } = status;
    const gigabytes = (/** @type {number} */ bytes) => (
        t("status.gigabytes", { n: Math.round((bytes / GIGABYTE) * 10) / 10 }));
    return html`<dl class="facts">
        ${fact("status.version", status.version)}
        ${fact("status.started", dayAndClock(status.started_at))}
        ${fact("status.day", status.day)}
        ${fact("status.clock", clock(status.clock.now))}
        ${status.clock.alarm ? fact("status.clock_alarm", status.clock.alarm) : null}
        ${disk ? fact("status.disk", t("status.free", {
            free: gigabytes(disk.free_bytes), share: percent(disk.free_bytes / disk.total_bytes) })) : null}
        ${status.memory_bytes ? fact("status.memory", gigabytes(status.memory_bytes)) : null}
        ${fact("status.events", number(status.last_seq))}
        ${fact("status.open_tickets", number(status.open_tickets))}
    </dl>`;
}

/**
 * @param {string} key
 * @param {string} value
 */
function fact(key, value) {
    return html`<div><dt>${text(key)}</dt><dd>${value}</dd></div>`;
}
