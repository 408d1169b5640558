// The person's own: the passphrase, and signing out here or everywhere.

import { signal } from "../../reactive/signals.js";
import { html } from "../../reactive/template.js";
import { t, text } from "../../language/texts.js";
import { session } from "../../branch/api.js";
import { changeSecret, signOut } from "../../branch/session.js";
import { SHORTEST_PASSPHRASE, newPassphraseField, ownNameField } from "../../entry/signin.js";
import { textField } from "../../widgets/fields.js";
import { FormState, failureNotice, focusFirstError, onSubmit, sendButton } from "../../widgets/forms.js";
import { icon } from "../../widgets/icons.js";
import { say } from "../../widgets/toasts.js";
import { placeHead, section } from "../parts.js";
import { sayProblem } from "../rows.js";

export function view() {
    const who = session.peek();
    return html`<div class="stack">
        ${placeHead(() => who?.person?.name ?? "", text(`role.${who?.role === "admin" ? "admin" : "supervisor"}`))}
        ${section(text("account.sign_out"), html`
            <p class="muted">${text("account.sign_out_hint")}</p>
            <div class="actions">
                <button type="button" class="button" @click=${() => signOut().catch(sayProblem)}>
                    ${icon("out")}${text("account.here")}</button>
                <button type="button" class="button" @click=${() => signOut(true).catch(sayProblem)}>
                    ${icon("out")}${text("account.everywhere")}</button>
            </div>`)}
        ${section(text("account.passphrase"), passphraseForm())}
    </div>`;
}

function passphraseForm() {
    const current = signal("");
    const next = signal("");
    const state = new FormState(["current", "new"]);
    const submit = onSubmit(async (form) => {
        state.clear();
        if (current.peek() === "") state.refuse("current", t("signin.passphrase_missing"));
        if ([...next.peek()].length < SHORTEST_PASSPHRASE) {
            state.refuse("new", t("passphrase.too_short", { count: SHORTEST_PASSPHRASE }));
        }
        if (state.isRefused) return focusFirstError(form);
        if (await state.send(() => changeSecret(current.peek(), next.peek()), form)) {
            current.value = "";
            next.value = "";
            say(t("saved"));
        }
        return undefined;
    });
    return html`<form class="form" novalidate @submit=${submit}>
        ${ownNameField()}
        ${textField({ label: text("account.current"), value: current, error: state.errors.current, type: "password",
            autocomplete: "current-password", maxlength: 200 })}
        ${newPassphraseField(next, state.errors.new)}
        ${failureNotice(state)}
        <div class="actions">${sendButton(state, text("account.change"))}</div>
    </form>`;
}
