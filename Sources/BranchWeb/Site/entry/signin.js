// Signing in by name and passphrase, and the way back for who has lost the passphrase.

import { signal } from "../reactive/signals.js";
import { html, when } from "../reactive/template.js";
import { t, text } from "../language/texts.js";
import { session } from "../branch/api.js";
import { confirmPassphrase, recover, signIn } from "../branch/session.js";
import { FormState, failureNotice, focusFirstError, onSubmit, sendButton } from "../widgets/forms.js";
import { textField } from "../widgets/fields.js";
import { openDialog } from "../widgets/dialogs.js";
import { showRecoveryCode } from "./recoverycode.js";

export const SHORTEST_PASSPHRASE = 12;

/**
 * The panel with both forms.
 * @param {() => unknown} done
 */
export function signInPanel(done) {
    const isRecovering = signal(false);
    return html`<section class="panel signin" aria-labelledby="signin-title">
        ${when(() => isRecovering.value,
            () => recoveryForm(done, () => (isRecovering.value = false)),
            () => signInForm(done, () => (isRecovering.value = true)))}
    </section>`;
}

/**
 * @param {() => unknown} done
 * @param {() => void} lost
 */
function signInForm(done, lost) {
    const name = signal("");
    const passphrase = signal("");
    const state = new FormState(["name", "passphrase"]);
    const submit = onSubmit(async (form) => {
        state.clear();
        if (name.peek().trim() === "") state.refuse("name", t("signin.name_missing"));
        if (passphrase.peek() === "") state.refuse("passphrase", t("signin.passphrase_missing"));
        if (state.isRefused) return focusFirstError(form);
        const isIn = await state.send(() => signIn(name.peek().trim(), passphrase.peek()), form);
        passphrase.value = "";
        if (isIn) done();
        return undefined;
    });
    return html`<h2 id="signin-title">${text("signin.title")}</h2>
        <form class="form" novalidate @submit=${submit}>
            ${textField({
                label: text("signin.name"), value: name, error: state.errors.name, name: "username",
                autocomplete: "username", required: true, maxlength: 60,
            })}
            ${textField({
                label: text("signin.passphrase"), value: passphrase, error: state.errors.passphrase, type: "password",
                name: "password", autocomplete: "current-password", required: true, maxlength: 200,
            })}
            ${failureNotice(state)}
            <div class="actions">
                ${sendButton(state, text("signin.submit"))}
                <button type="button" class="button quiet" @click=${lost}>${text("signin.lost")}</button>
            </div>
        </form>`;
}

/**
 * @param {() => unknown} done
 * @param {() => void} back
 */
function recoveryForm(done, back) {
    const name = signal("");
    const code = signal("");
    const passphrase = signal("");
    const state = new FormState(["name", "recovery_code", "new_passphrase"]);
    const submit = onSubmit(async (form) => {
        state.clear();
        if (name.peek().trim() === "") state.refuse("name", t("signin.name_missing"));
        if (code.peek().trim() === "") state.refuse("recovery_code", t("recovery.code_missing"));
        if ([...passphrase.peek()].length < SHORTEST_PASSPHRASE) {
            state.refuse("new_passphrase", t("passphrase.too_short", { count: SHORTEST_PASSPHRASE }));
        }
        if (state.isRefused) return focusFirstError(form);
        const isIn = await state.send(async () => {
            const next = await recover(name.peek().trim(), code.peek().trim(), passphrase.peek());
            await showRecoveryCode(next);
        }, form);
        if (isIn) done();
        return undefined;
    });
    return html`<h2 id="signin-title">${text("recovery.title")}</h2>
        <form class="form" novalidate @submit=${submit}>
            <p class="muted">${text("recovery.intro")}</p>
            ${textField({
                label: text("signin.name"), value: name, error: state.errors.name, autocomplete: "username",
                required: true, maxlength: 60,
            })}
            ${textField({
                label: text("recovery.code"), value: code, error: state.errors.recovery_code, look: "code",
                required: true, maxlength: 80,
            })}
            ${newPassphraseField(passphrase, state.errors.new_passphrase)}
            ${failureNotice(state)}
            <div class="actions">
                ${sendButton(state, text("recovery.submit"))}
                <button type="button" class="button quiet" @click=${back}>${text("action.back")}</button>
            </div>
        </form>`;
}

/**
 * @param {import("../reactive/signals.js").Signal<string>} value
 * @param {import("../reactive/signals.js").Readable<string | null>} error
 */
export function newPassphraseField(value, error) {
    return textField({
        label: text("passphrase.new"), hint: text("passphrase.hint", { count: SHORTEST_PASSPHRASE }), value, error,
        type: "password", name: "new-password", autocomplete: "new-password", required: true, maxlength: 200,
    });
}

/** Tells a password keeper whose passphrase is asked for; nobody sees it. */
export function ownNameField() {
    const name = session.peek()?.person?.name ?? "";
    return html`<input type="text" autocomplete="username" hidden readonly value=${name}>`;
}

/** Asks for the passphrase again before a change. Answers whether it was given. */
export async function askPassphrase() {
    const answer = await openDialog(text("confirm.title"), (/** @type {(value: boolean | null) => void} */ give) => {
        const passphrase = signal("");
        const state = new FormState(["passphrase"]);
        const submit = onSubmit(async (form) => {
            state.clear();
            if (await state.send(() => confirmPassphrase(passphrase.peek()), form)) give(true);
        });
        return html`<form class="form" novalidate @submit=${submit}>
            <p class="muted">${text("confirm.intro")}</p>
            ${ownNameField()}
            ${textField({
                label: text("signin.passphrase"), value: passphrase, error: state.errors.passphrase, type: "password",
                autocomplete: "current-password", required: true, focused: true, maxlength: 200,
            })}
            ${failureNotice(state)}
            <div class="actions end">
                <button type="button" class="button" @click=${() => give(null)}>${text("action.cancel")}</button>
                ${sendButton(state, text("confirm.submit"))}
            </div>
        </form>`;
    });
    return answer === true;
}
