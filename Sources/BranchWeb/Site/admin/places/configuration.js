// The whole configuration as one file: to keep, to move to another box, to bring back. Nothing is changed before the
// person has seen what would be.

import { signal } from "../../reactive/signals.js";
import { html, when } from "../../reactive/template.js";
import { t, text } from "../../language/texts.js";
import { ask } from "../../branch/api.js";
import { Problem, wordsFor } from "../../branch/problem.js";
import { areaField } from "../../widgets/fields.js";
import { icon } from "../../widgets/icons.js";
import { say } from "../../widgets/toasts.js";
import { placeHead, section, stateWords } from "../parts.js";

/** @typedef {{ action: "create" | "change" | "unchanged" | "open", kind: string, name: string }} Change */

/** The most that the branch takes, in bytes. */
const MOST = 64 * 1024;

export function view() {
    const file = signal("");
    const changes = signal(/** @type {Change[] | null} */ (null));
    const failure = signal(/** @type {string | null} */ (null));

    const send = async (/** @type {boolean} */ isTrial) => {
        failure.value = null;
        try {
            const answer = await ask("POST", `/configuration?dry_run=${isTrial}`,
                { text: file.peek(), type: "application/yaml", keyed: true });
            changes.value = isTrial ? answer.changes : null;
            if (!isTrial) say(t("configuration.done"));
        } catch (error) {
            changes.value = null;
            failure.value = error instanceof Problem && error.detail ? error.detail : wordsFor(error);
        }
    };
    const choose = async (/** @type {Event} */ event) => {
        const chosen = /** @type {HTMLInputElement} */ (event.target).files?.[0];
        if (chosen === undefined) return;
        if (chosen.size > MOST) {
            failure.value = t("configuration.too_large");
            return;
        }
        file.value = await chosen.text();
        await send(true);
    };

    return html`<div class="stack">
        ${placeHead(text("admin.place.configuration"), text("configuration.intro"))}
        ${section(text("configuration.export"), html`<p class="muted">${text("configuration.export_hint")}</p>
            <div><a class="button" href="/configuration" download="turn-branch.yaml">${icon("file")}${
                text("configuration.save")}</a></div>`)}
        ${section(text("configuration.import"), html`
            <p class="muted">${text("configuration.import_hint")}</p>
            <label class="field"><span class="legend">${text("configuration.file")}</span>
                <input class="control" type="file" accept=".yaml,.yml,application/yaml" @change=${choose}></label>
            ${areaField({ label: text("configuration.text"), value: file, look: "yaml", error: failure })}
            <div class="actions"><button type="button" class="button" @click=${() => send(true)}>
                ${text("configuration.try")}</button></div>
            <div aria-live="polite">${when(() => changes.value !== null,
                () => outcome(changes.peek() ?? [], () => send(false)))}</div>`)}
    </div>`;
}

/**
 * @param {Change[]} changes
 * @param {() => unknown} apply
 */
function outcome(changes, apply) {
    const real = changes.filter((change) => change.action !== "unchanged");
    const pictures = /** @type {const} */ ({ create: "plus", change: "tune", unchanged: "check", open: "unlock" });
    return html`<div class="stack tight">
        <h3>${real.length === 0 ? t("configuration.same") : t("configuration.would", { count: real.length })}</h3>
        <ul class="lines">${real.map((change) => html`<li class="line">
            ${stateWords(pictures[change.action], text(`configuration.${change.action}`),
                change.action === "create" ? "good" : "slow")}
            <span class="grow">${text(`configuration.kind.${change.kind}`)} <strong>${change.name}</strong></span>
        </li>`)}</ul>
        ${real.length === 0 ? null : html`<div class="actions">
            <button type="button" class="button primary" @click=${apply}>${text("configuration.apply")}</button></div>`}
    </div>`;
}
