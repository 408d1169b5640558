// The second page: what the branch is called and when it is open.

import { signal } from "../../reactive/signals.js";
import { html, pick } from "../../reactive/template.js";
import { t, text } from "../../language/texts.js";
import { get, patch, session } from "../../branch/api.js";
import { take } from "../../branch/session.js";
import { Hours, hoursEditor } from "../../settings/hours.js";
import { textField } from "../../widgets/fields.js";
import { FormState, focusFirstError } from "../../widgets/forms.js";
import { stepForm } from "../stepform.js";
import { loadedThen } from "../../widgets/loaded.js";

/** @typedef {import("../../branch/rows.js").Branch} Branch */

/** @param {import("../setup.js").Way} way */
export function stepView(way) {
    return loadedThen(() => get("/branch"), (/** @type {Branch} */ branch) => form(way, branch));
}

/**
 * @param {import("../setup.js").Way} way
 * @param {Branch} branch
 */
function form(way, branch) {
    // A box that was never set up is always open; a branch hardly ever is.
    const isNew = branch.hours === null && branch.exceptions.length === 0;
    const hours = new Hours(branch.hours, branch.exceptions);
    if (isNew) hours.kind.value = "fixed";
    const name = signal(branch.name);
    const state = new FormState(["name", "hours", "exceptions"]);

    const check = (/** @type {HTMLFormElement} */ form) => {
        if (name.peek().trim() === "") state.refuse("name", t("branch.name_missing"));
        focusFirstError(form);
        return !state.isRefused && hours.problem.peek() === null;
    };
    const save = async () => {
        const { version } = await get("/branch");
        const next = { name: name.peek().trim(), hours: hours.hours, exceptions: hours.differences };
        await patch("/branch", next, version);
        const who = session.peek();
        if (who) take({ ...who, branch: { ...who.branch, name: next.name } });
    };

    return stepForm({ way, state, check, save, content: html`
        <div class="panel form">
            ${textField({
                label: text("branch.name"), hint: text("branch.name_hint"), value: name, error: state.errors.name,
                maxlength: 60, required: true,
            })}
        </div>
        <section class="panel form" aria-labelledby="hours-title">
            <h2 id="hours-title">${text("hours.title")}</h2>
            ${hoursEditor(hours)}
            ${pick(() => state.errors.hours.value ?? state.errors.exceptions.value, (words) => (words === null ? null
                : html`<div class="field" role="alert"><p class="error">${words}</p></div>`))}
        </section>` });
}
