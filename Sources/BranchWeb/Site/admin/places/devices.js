// Devices: letting one in by its code, and how those that are in are doing.

import { onEnd } from "../../reactive/signals.js";
import { html, when } from "../../reactive/template.js";
import { list } from "../../reactive/list.js";
import { t, text } from "../../language/texts.js";
import { relative } from "../../language/format.js";
import { session } from "../../branch/api.js";
import { approvalForm } from "../../settings/approval.js";
import { selectField, textField } from "../../widgets/fields.js";
import { icon } from "../../widgets/icons.js";
import { loadedThen } from "../../widgets/loaded.js";
import { dangerButton, emptyPlace, placeHead, section, stateWords } from "../parts.js";
import { counters, devices, now } from "../state.js";

/** @typedef {import("../../branch/rows.js").Device} Device */

/** Milliseconds between two looks at the devices. */
const LOOK_AGAIN = 5_000;
/** A clock that is further off is worth a word, in milliseconds. */
const OFF = 5_000;

/** @param {import("../route.js").Route} route */
export function view(route) {
    return loadedThen(() => Promise.all([devices.load(), counters.load()]), () => {
        const timer = setInterval(() => devices.load().catch(() => {
            // The next look tells more; what is shown stays until then.
        }), LOOK_AGAIN);
        onEnd(() => clearInterval(timer));
        const isAdmin = session.peek()?.role === "admin";
        return html`<div class="stack">
            ${placeHead(text("admin.place.devices"), text("devices.intro"))}
            ${isAdmin ? section(text("devices.let_in"), approvalForm({
                counters: () => counters.all.value, devices: () => devices.all.value,
                approved: () => devices.load(), code: route.values.get("code") ?? "",
            })) : null}
            ${when(() => devices.all.value.length === 0, () => emptyPlace("device", text("devices.empty")), () => html`
                <ul class="lines panel">${list(() => devices.all.value, (device) => device.id,
                    (device) => line(device, isAdmin))}</ul>`)}
        </div>`;
    });
}

/**
 * @param {import("../../reactive/signals.js").Readable<Device>} device
 * @param {boolean} isAdmin
 */
function line(device, isAdmin) {
    const { id, kind } = device.peek();
    return html`<li><details class="serves device-line">
        <summary>${icon(kind)}
            <span class="grow"><strong class="plain-words">${() => device.value.name}</strong><br>
                <span class="muted small">${
                    () => [t(`device.kind.${kind}`), ...seen(device.value)].join(" · ")}</span></span>
            ${() => stateOf(device.value)}</summary>
        <dl class="facts">
            ${fact(text("device.address"), () => device.value.address ?? "–")}
            ${fact(text("device.version"), () => device.value.page_version ?? "–")}
            ${fact(text("device.clock"), () => clockWords(device.value))}
        </dl>
        ${isAdmin ? editor(id) : null}
    </details></li>`;
}

/** @param {number} id */
function editor(id) {
    const edit = devices.edit(id);
    const isCounter = devices.find(id)?.kind === "counter";
    return html`<div class="form device-form">
        <div class="row">
            ${textField({ label: text("approval.name"), maxlength: 60, ...edit.field("name") })}
            ${isCounter ? selectField({
                label: text("approval.counter"), ...edit.field("counter_id", { parse: Number }),
                options: () => counters.all.value.map((row) => ({ value: String(row.id), words: row.name })),
            }) : null}
        </div>
        <div>${dangerButton({
            words: text("device.revoke"), title: () => t("device.revoke_title", { name: devices.find(id)?.name ?? "" }),
            impact: () => html`<p>${text("device.revoke_impact")}</p>`, act: () => devices.remove(id),
        })}</div>
    </div>`;
}

/** @param {Device} device */
function seen(device) {
    if (device.connected || device.last_seen_at === null) return [];
    return [t("device.seen", { time: relative(device.last_seen_at, now.value) })];
}

/** @param {Device} device */
function stateOf(device) {
    if (device.missing) return stateWords("warn", text("device.missing"), "late");
    return device.connected ? stateWords("check", text("device.connected"), "good")
        : stateWords("clock", text("device.away"));
}

/** @param {Device} device */
function clockWords(device) {
    const off = device.clock_difference_ms;
    if (off === null) return "–";
    return Math.abs(off) < OFF ? t("device.clock_right") : t("device.clock_off", { n: Math.round(off / 1000) });
}

/**
 * @param {() => string} name
 * @param {() => string} value
 */
function fact(name, value) {
    return html`<div><dt>${name}</dt><dd>${value}</dd></div>`;
}
