// Data protection: whether names are asked for, and how long they are kept.

import { html } from "../../reactive/template.js";
import { t, text } from "../../language/texts.js";
import { span } from "../../language/format.js";
import { selectField, switchField } from "../../widgets/fields.js";
import { loadedThen } from "../../widgets/loaded.js";
import { branchRow, loadBranch, saveBranch } from "../branchrow.js";
import { placeHead, section } from "../parts.js";
import { Editing } from "../rows.js";

/** Hours after which names and remarks are deleted. */
const HOURS = [1, 4, 8, 12, 24, 48, 72, 168, 720];

export function view() {
    return loadedThen(loadBranch, () => {
        const edit = new Editing(() => branchRow.value, saveBranch);
        const present = () => branchRow.value?.purge_hours ?? 24;
        const choices = () => [...new Set([...HOURS, present()])].sort((one, other) => one - other);
        return html`<div class="stack">
            ${placeHead(text("admin.place.data"), text("data.intro"))}
            ${section(text("data.names_title"), html`
                ${switchField({ label: text("data.names"), hint: text("data.names_hint"), ...edit.toggle("names") })}
                ${selectField({
                    label: text("data.purge"), hint: text("data.purge_hint"),
                    ...edit.field("purge_hours", { parse: Number }),
                    options: () => choices().map((hours) => ({ value: String(hours),
                        words: hours === 24 ? t("data.usual", { time: span(hours * 3600) }) : span(hours * 3600) })),
                })}`)}
            ${section(text("data.what_title"), html`<ul class="bullets">
                <li>${text("data.never_events")}</li><li>${text("data.never_boards")}</li><li>${text("data.links")}</li>
            </ul>`)}
        </div>`;
    });
}
