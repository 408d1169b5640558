// People who sign in here: administrators and supervisors.

import { signal } from "../../reactive/signals.js";
import { html } from "../../reactive/template.js";
import { list } from "../../reactive/list.js";
import { t, text } from "../../language/texts.js";
import { relative } from "../../language/format.js";
import { session } from "../../branch/api.js";
import { SHORTEST_PASSPHRASE, newPassphraseField } from "../../entry/signin.js";
import { choiceField, switchField, textField } from "../../widgets/fields.js";
import { FormState, failureNotice, focusFirstError, onSubmit, sendButton } from "../../widgets/forms.js";
import { openDialog } from "../../widgets/dialogs.js";
import { loadedThen } from "../../widgets/loaded.js";
import { addButton, dangerButton, placeHead, stateWords } from "../parts.js";
import { now, people } from "../state.js";

const ROLES = ["supervisor", "admin"];

export function view() {
    return loadedThen(() => people.load(), () => html`<div class="stack">
        ${placeHead(text("admin.place.people"), text("people.intro"), addButton(text("agent.add"), add))}
        <ul class="lines panel">${
            list(() => people.all.value, (person) => person.id, (person) => line(person.peek().id))}</ul>
    </div>`);
}

/** @param {number} id */
function line(id) {
    const edit = people.edit(id);
    const person = () => people.find(id);
    const roleOf = () => person()?.role ?? "supervisor";
    const isMe = session.peek()?.person?.id === id;
    return html`<li class="person">
        ${textField({ label: text("agent.name"), maxlength: 60, ...edit.field("name") })}
        ${isMe ? null : switchField({ label: text("person.active"), ...edit.toggle("active") })}
        <div class="actions">
            ${() => stateWords(roleOf() === "admin" ? "key" : "people", text(`role.${roleOf()}`))}
            <span class="muted small">${() => seenWords(person()?.last_seen_at ?? null)}</span>
            ${isMe ? html`<span class="muted small push">${text("person.you")}</span>` : html`
                <button type="button" class="button push" @click=${() => newPassphrase(id)}>
                    ${text("person.new_passphrase")}</button>
                ${dangerButton({
                    words: text("action.remove"), title: () => t("agent.remove_title", { name: person()?.name ?? "" }),
                    impact: () => html`<p>${text("person.remove_impact")}</p>`, act: () => people.remove(id),
                })}`}
        </div>
    </li>`;
}

/** @param {string | null} moment */
function seenWords(moment) {
    return moment === null ? t("person.never") : t("device.seen", { time: relative(moment, now.value) });
}

function add() {
    return dialog(text("agent.add"), true, (body) => people.add(body));
}

/** @param {number} id */
function newPassphrase(id) {
    return dialog(() => t("person.passphrase_for", { name: people.find(id)?.name ?? "" }), false,
        ({ passphrase }) => people.save(id, { passphrase }, false));
}

/**
 * @param {() => string} title
 * @param {boolean} isNew
 * @param {(body: { name: string, role: string, passphrase: string }) => Promise<unknown>} save
 */
function dialog(title, isNew, save) {
    return openDialog(title, (/** @type {(value: true | null) => void} */ give) => {
        const name = signal("");
        const role = signal("supervisor");
        const passphrase = signal("");
        const state = new FormState(["name", "role", "passphrase"]);
        const submit = onSubmit(async (form) => {
            state.clear();
            if (isNew && name.peek().trim() === "") state.refuse("name", t("signin.name_missing"));
            if ([...passphrase.peek()].length < SHORTEST_PASSPHRASE) {
                state.refuse("passphrase", t("passphrase.too_short", { count: SHORTEST_PASSPHRASE }));
            }
            if (state.isRefused) return focusFirstError(form);
            const body = { name: name.peek().trim(), role: role.peek(), passphrase: passphrase.peek() };
            if (await state.send(() => save(body), form)) give(true);
            return undefined;
        });
        return html`<form class="form" novalidate @submit=${submit}>
            ${isNew ? html`
                ${textField({ label: text("agent.name"), value: name, error: state.errors.name, maxlength: 60,
                    required: true, focused: true })}
                ${choiceField({ label: text("person.role"), value: role, error: state.errors.role,
                    options: ROLES.map((one) => ({
                        value: one, words: text(`role.${one}`), hint: text(`role.${one}_hint`),
                    })) })}`
                : null}
            ${newPassphraseField(passphrase, state.errors.passphrase)}
            ${failureNotice(state)}
            <div class="actions end">
                <button type="button" class="button" @click=${() => give(null)}>${text("action.cancel")}</button>
                ${sendButton(state, text("action.save"))}
            </div>
        </form>`;
    });
}
