// The recovery code is shown once: the dialog stays until the person says that it is written down.

import { html } from "../reactive/template.js";
import { signal } from "../reactive/signals.js";
import { t, text } from "../language/texts.js";
import { openDialog } from "../widgets/dialogs.js";
import { icon } from "../widgets/icons.js";

/** @param {string} code */
export function showRecoveryCode(code) {
    return openDialog(text("recovery.new_title"), (/** @type {(value: true) => void} */ give) => html`
        <div class="stack tight">
            <p>${text("recovery.new_intro")}</p>
            ${codeBox(code)}
        </div>
        <div class="actions end">
            <button type="button" class="button primary" autofocus @click=${() => give(true)}>
                ${text("recovery.written_down")}</button>
        </div>`);
}

/**
 * A secret in large letters with a button that copies it.
 * @param {string} code
 */
export function codeBox(code) {
    const isCopied = signal(false);
    const copy = async () => {
        isCopied.value = await copied(code);
    };
    return html`<div class="code-box">
        <code>${code}</code>
        <button type="button" class="button" @click=${copy}>${icon("copy")}
            <span aria-live="polite">${() => (isCopied.value ? t("action.copied") : t("action.copy"))}</span></button>
    </div>`;
}

/**
 * The clipboard's interface is missing on plain http; the old way works there.
 * @param {string} words
 */
async function copied(words) {
    try {
        await navigator.clipboard.writeText(words);
        return true;
    } catch {
        const area = document.createElement("textarea");
        area.value = words;
        const host = document.querySelector("dialog[open]") ?? document.body;
        host.append(area);
        area.select();
        const isDone = document.execCommand("copy");
        area.remove();
        return isDone;
    }
}
