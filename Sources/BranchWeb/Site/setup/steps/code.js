// The first page: the code from the box makes whoever types it the administrator; language and time zone.

import { signal } from "../../reactive/signals.js";
import { html, when } from "../../reactive/template.js";
import { language, t, text } from "../../language/texts.js";
import { ask, get, patch, session } from "../../branch/api.js";
import { take } from "../../branch/session.js";
import { newPassphraseField, SHORTEST_PASSPHRASE } from "../../entry/signin.js";
import { showRecoveryCode } from "../../entry/recoverycode.js";
import { ownZone, timeZoneField } from "../../settings/timezone.js";
import { textField } from "../../widgets/fields.js";
import { FormState, focusFirstError } from "../../widgets/forms.js";
import { languageField } from "../../widgets/preferences.js";
import { stepForm } from "../stepform.js";

/** @param {import("../setup.js").Way} way */
export function stepView(way) {
    const code = signal("");
    const name = signal("");
    const passphrase = signal("");
    const zone = signal(ownZone());
    const state = new FormState(["code", "name", "passphrase", "time_zone"]);
    const isIn = () => session.value?.role === "admin";

    const check = (/** @type {HTMLFormElement} */ form) => {
        if (isIn()) return true;
        if (bare(code.peek()).length !== 8) state.refuse("code", t("setup.code_incomplete"));
        if (name.peek().trim() === "") state.refuse("name", t("signin.name_missing"));
        if ([...passphrase.peek()].length < SHORTEST_PASSPHRASE) {
            state.refuse("passphrase", t("passphrase.too_short", { count: SHORTEST_PASSPHRASE }));
        }
        focusFirstError(form);
        return !state.isRefused;
    };

    const save = async () => {
        if (!isIn()) {
            const body = { code: bare(code.peek()), name: name.peek().trim(), passphrase: passphrase.peek() };
            const answer = await ask("POST", "/setup", { body });
            await showRecoveryCode(answer.recovery_code);
            take(answer.session);
        }
        const { version } = await get("/branch");
        await patch("/branch", { time_zone: zone.peek(), language: language.peek() }, version);
    };

    return stepForm({ way, state, check, save, content: html`
        ${when(() => !isIn(), () => html`<div class="panel form">
            ${textField({
                label: text("setup.code"), hint: text("setup.code_hint"), value: code, error: state.errors.code,
                look: "code short-code", maxlength: 12, required: true, autocomplete: "one-time-code",
            })}
            ${textField({
                label: text("setup.your_name"), hint: text("setup.your_name_hint"), value: name,
                error: state.errors.name, autocomplete: "username", maxlength: 60, required: true,
            })}
            ${newPassphraseField(passphrase, state.errors.passphrase)}
        </div>`)}
        <div class="panel form">
            ${languageField()}
            ${timeZoneField(zone, { error: state.errors.time_zone })}
        </div>` });
}

/** @param {string} typed */
function bare(typed) {
    return typed.replace(/[^a-z0-9]/gi, "").toUpperCase();
}
