// Agents: who may sign in at a counter. A PIN is set here and shown once; nobody can read it later.

import { signal } from "../../reactive/signals.js";
import { html, when } from "../../reactive/template.js";
import { list } from "../../reactive/list.js";
import { t, text } from "../../language/texts.js";
import { patch } from "../../branch/api.js";
import { isPIN, isTrivial, proposedPIN } from "../../settings/pin.js";
import { switchField, textField } from "../../widgets/fields.js";
import { FormState, failureNotice, focusFirstError, onSubmit, sendButton } from "../../widgets/forms.js";
import { openDialog } from "../../widgets/dialogs.js";
import { loadedThen } from "../../widgets/loaded.js";
import { say } from "../../widgets/toasts.js";
import { addButton, dangerButton, emptyPlace, placeHead, stateWords } from "../parts.js";
import { agents } from "../state.js";

/** @typedef {import("../../branch/rows.js").Agent} Agent */

export function view() {
    return loadedThen(() => agents.load(), () => html`<div class="stack">
        ${placeHead(text("admin.place.agents"), text("agents.intro"), addButton(text("agent.add"), add))}
        ${when(() => agents.all.value.length === 0, () => emptyPlace("agent", text("agents.empty")), () => html`
            <ul class="lines panel">${
                list(() => agents.all.value, (agent) => agent.id, (agent) => line(agent.peek().id))}</ul>`)}
    </div>`);
}

/** @param {number} id */
function line(id) {
    const edit = agents.edit(id);
    const name = () => agents.find(id)?.name ?? "";
    return html`<li class="person">
        ${textField({ label: text("agent.name"), maxlength: 60, ...edit.field("name") })}
        ${switchField({ label: text("agent.active"), ...edit.toggle("active") })}
        <div class="actions">
            ${when(() => agents.find(id)?.has_pin === true, () => stateWords("key", text("agent.kept")),
                () => stateWords("warn", text("agent.no_pin"), "slow"))}
            <button type="button" class="button push" @click=${() => newPIN(id)}>${text("agent.new_pin")}</button>
            ${dangerButton({
                words: text("action.remove"), title: () => t("agent.remove_title", { name: name() }),
                impact: () => html`<p>${text("agent.remove_impact")}</p>`, act: () => agents.remove(id),
            })}
        </div>
    </li>`;
}

async function add() {
    await secretDialog(text("agent.add"), true, async (name, pin) => {
        await agents.add({ name, pin });
    });
}

/** @param {number} id */
async function newPIN(id) {
    await secretDialog(() => t("agent.new_pin_for", { name: agents.find(id)?.name ?? "" }), false, async (_, pin) => {
        agents.replace(await patch(`/agents/${id}`, { pin }, agents.find(id)?.version));
        say(t("saved"));
    });
}

/**
 * @param {() => string} title
 * @param {boolean} withName
 * @param {(name: string, pin: string) => Promise<void>} save
 */
function secretDialog(title, withName, save) {
    return openDialog(title, (/** @type {(value: true | null) => void} */ give) => {
        const name = signal("");
        const pin = signal(proposedPIN());
        const state = new FormState(["name", "pin"]);
        const submit = onSubmit(async (form) => {
            state.clear();
            if (withName && name.peek().trim() === "") state.refuse("name", t("signin.name_missing"));
            if (!isPIN(pin.peek())) state.refuse("pin", t("agent.pin_wrong"));
            else if (isTrivial(pin.peek())) state.refuse("pin", t("agent.pin_trivial"));
            if (state.isRefused) return focusFirstError(form);
            if (await state.send(() => save(name.peek().trim(), pin.peek()), form)) give(true);
            return undefined;
        });
        return html`<form class="form" novalidate @submit=${submit}>
            ${withName ? textField({ label: text("agent.name"), value: name, error: state.errors.name, maxlength: 60,
                required: true, focused: true }) : null}
            ${textField({ label: text("agent.pin"), hint: text("agent.pin_hint"), value: pin, error: state.errors.pin,
                inputmode: "numeric", maxlength: 6, look: "digits", required: true })}
            ${failureNotice(state)}
            <div class="actions end">
                <button type="button" class="button" @click=${() => give(null)}>${text("action.cancel")}</button>
                ${sendButton(state, text("action.save"))}
            </div>
        </form>`;
    });
}
