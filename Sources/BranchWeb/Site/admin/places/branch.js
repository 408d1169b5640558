// The branch: its name, time zone and language, and when it is open.

import { html } from "../../reactive/template.js";
import { LANGUAGES, t, text } from "../../language/texts.js";
import { Hours, hoursEditor } from "../../settings/hours.js";
import { timeZoneField } from "../../settings/timezone.js";
import { selectField, textField } from "../../widgets/fields.js";
import { loadedThen } from "../../widgets/loaded.js";
import { loadBranch, branchRow, saveBranch } from "../branchrow.js";
import { placeHead, section } from "../parts.js";
import { Editing, sayProblem } from "../rows.js";

export function view() {
    return loadedThen(loadBranch, (branch) => {
        const edit = new Editing(() => branchRow.value, saveBranch);
        const hours = new Hours(branch.hours, branch.exceptions);
        const changed = () => {
            if (hours.problem.peek() !== null) return;
            saveBranch({ hours: hours.hours, exceptions: hours.differences }).catch(sayProblem);
        };
        return html`<div class="stack">
            ${placeHead(text("admin.place.branch"), text("branch.intro"))}
            ${section(text("branch.what"), html`
                ${textField({ label: text("branch.name"), hint: text("branch.name_hint"), maxlength: 60,
                    ...edit.field("name", { parse: named }) })}
                ${selectField({ label: text("branch.language"), hint: text("branch.language_hint"),
                    ...edit.field("language"),
                    options: () => LANGUAGES.map(({ tag, name }) => ({ value: tag, words: name })) })}
                ${zone(edit)}`)}
            ${section(text("hours.title"), hoursEditor(hours, { changed }))}
        </div>`;
    });
}

/** @param {Editing<import("../../branch/rows.js").Branch>} edit */
function zone(edit) {
    const { value, ...rest } = edit.field("time_zone");
    return timeZoneField(value, rest);
}

/** @param {string} typed */
function named(typed) {
    if (typed.trim() === "") throw t("branch.name_missing");
    return typed.trim();
}
