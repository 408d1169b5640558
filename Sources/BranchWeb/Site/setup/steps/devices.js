// The sixth page: kiosk, counters and display are let in by the codes that they show. Then the branch can open.

import { onEnd, signal } from "../../reactive/signals.js";
import { html, when } from "../../reactive/template.js";
import { list } from "../../reactive/list.js";
import { text } from "../../language/texts.js";
import { get, getAll } from "../../branch/api.js";
import { approvalForm } from "../../settings/approval.js";
import { FormState } from "../../widgets/forms.js";
import { icon } from "../../widgets/icons.js";
import { loadedThen } from "../../widgets/loaded.js";
import { stepForm } from "../stepform.js";

/** @typedef {import("../../branch/rows.js").Device} Device */
/** @typedef {import("../../branch/rows.js").Counter} Counter */

/** Milliseconds between two looks at the devices. */
const LOOK_AGAIN = 3_000;

/** @param {import("../setup.js").Way} way */
export function stepView(way) {
    const load = async () => ({ devices: await getAll("/devices"), counters: await getAll("/counters") });
    return loadedThen(load, ({ devices, counters }) => form(way, devices, counters));
}

/**
 * @param {import("../setup.js").Way} way
 * @param {Device[]} present
 * @param {Counter[]} counters
 */
function form(way, present, counters) {
    const devices = signal(present);
    const state = new FormState([]);
    const look = async () => {
        try {
            devices.value = await get("/devices");
        } catch {
            // The next look tells more; what is shown stays until then.
        }
    };
    const timer = setInterval(look, LOOK_AGAIN);
    onEnd(() => clearInterval(timer));

    return html`<div class="stack">
        <section class="panel form">
            <ol class="how">
                <li>${text("setup.device_open")} <strong class="address">${location.host}</strong></li>
                <li>${text("setup.device_choose")}</li>
                <li>${text("setup.device_code")}</li>
            </ol>
            ${approvalForm({ counters: () => counters, devices: () => devices.value, approved: look })}
        </section>
        ${when(() => devices.value.length > 0, () => html`<section class="panel" aria-labelledby="paired-title">
            <h2 id="paired-title">${text("setup.paired")}</h2>
            <ul class="lines">${list(() => devices.value, (device) => device.id, (device) => html`<li class="line">
                ${icon(device.peek().kind)}
                <span class="grow"><strong>${() => device.value.name}</strong><br>
                    <span class="muted small">${text(`device.kind.${device.peek().kind}`)}</span></span>
                ${when(() => device.value.connected,
                    () => connection("good", "check", text("device.connected")),
                    () => connection("", "clock", text("device.away")))}
            </li>`)}</ul>
        </section>`)}
        ${stepForm({ way, state, save: async () => {}, words: text("setup.finish"), content: null })}
    </div>`;
}

/**
 * @param {string} look
 * @param {import("../../widgets/icons.js").IconName} picture
 * @param {() => string} words
 */
function connection(look, picture, words) {
    return html`<span class=${`state ${look}`}>${icon(picture)}<span>${words}</span></span>`;
}
