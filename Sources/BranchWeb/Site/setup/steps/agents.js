// The fifth page: who serves at the counters, each with a PIN that is proposed and shown, to be told to the person.

import { signal } from "../../reactive/signals.js";
import { html } from "../../reactive/template.js";
import { list } from "../../reactive/list.js";
import { t, text } from "../../language/texts.js";
import { getAll, post, remove } from "../../branch/api.js";
import { removeButton } from "../../settings/hours.js";
import { isPIN, isTrivial, proposedPIN } from "../../settings/pin.js";
import { textField } from "../../widgets/fields.js";
import { FormState, focusFirstError } from "../../widgets/forms.js";
import { icon } from "../../widgets/icons.js";
import { loadedThen } from "../../widgets/loaded.js";
import { stepForm } from "../stepform.js";

/** @typedef {import("../../branch/rows.js").Agent} Agent */

/**
 * @typedef {object} Line
 * @property {number} key
 * @property {Agent | null} agent
 * @property {import("../../reactive/signals.js").Signal<string>} name
 * @property {import("../../reactive/signals.js").Signal<string>} pin
 * @property {import("../../reactive/signals.js").Signal<string | null>} error
 */

let lastKey = 0;

/** @param {import("../setup.js").Way} way */
export function stepView(way) {
    return loadedThen(() => getAll("/agents"), (agents) => form(way, agents));
}

/**
 * @param {Agent | null} agent
 * @returns {Line}
 */
function made(agent) {
    return { key: (lastKey += 1), agent, name: signal(agent?.name ?? ""), pin: signal(proposedPIN()),
        error: signal(/** @type {string | null} */ (null)) };
}

/**
 * @param {import("../setup.js").Way} way
 * @param {Agent[]} present
 */
function form(way, present) {
    const lines = signal([...present.map(made), ...(present.length === 0 ? [made(null)] : [])]);
    const state = new FormState(["agents"]);
    /** @type {Agent[]} */
    const leaving = [];

    const add = () => (lines.value = [...lines.peek(), made(null)]);
    const drop = (/** @type {Line} */ line) => {
        if (line.agent !== null) leaving.push(line.agent);
        lines.value = lines.peek().filter((one) => one !== line);
    };
    // Lines without a name are nobody: a branch may begin without agents.
    const fresh = () => lines.peek().filter((line) => line.agent === null && line.name.peek().trim() !== "");
    const save = async () => {
        for (const agent of leaving.splice(0)) await remove(`/agents/${agent.id}`, agent.version);
        for (const line of fresh()) {
            line.agent = await post("/agents", { name: line.name.peek().trim(), pin: line.pin.peek() });
        }
    };
    const check = (/** @type {HTMLFormElement} */ form) => {
        for (const line of fresh()) {
            const pin = line.pin.peek();
            line.error.value = !isPIN(pin) ? t("agent.pin_wrong") : isTrivial(pin) ? t("agent.pin_trivial") : null;
        }
        focusFirstError(form);
        return fresh().every((line) => line.error.peek() === null);
    };

    return stepForm({ way, state, save, check, content: html`
        <div class="panel lines">
            ${list(() => lines.value, (line) => line.key, (line) => lineView(line.peek(), drop))}</div>
        <div><button type="button" class="button quiet flush" @click=${add}>
            ${icon("plus")}${text("agent.add")}</button></div>
        <p class="muted small">${text("setup.pin_hint")}</p>` });
}

/**
 * @param {Line} line
 * @param {(line: Line) => void} drop
 */
function lineView(line, drop) {
    const name = line.agent === null
        ? textField({ label: text("agent.name"), value: line.name, maxlength: 60 })
        : html`<p class="state good">${icon("check")}<span>${line.agent.name}</span></p>`;
    const pin = line.agent === null
        ? textField({ label: text("agent.pin"), value: line.pin, error: line.error, inputmode: "numeric", maxlength: 6,
            look: "digits" })
        : html`<p class="muted small">${text("agent.kept")}</p>`;
    return html`<div class="agent-line">${name}${pin}${removeButton(text("agent.remove"), () => drop(line))}</div>`;
}
