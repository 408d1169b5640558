// The form of a set-up page: what it asks, its failure, and the two ways out.

import { html } from "../reactive/template.js";
import { text } from "../language/texts.js";
import { failureNotice, onSubmit, sendButton } from "../widgets/forms.js";

/**
 * @param {object} parts
 * @param {import("./setup.js").Way} parts.way
 * @param {import("../widgets/forms.js").FormState<any>} parts.state
 * @param {unknown} parts.content
 * @param {() => Promise<unknown>} parts.save
 * @param {() => string} [parts.words] of the button
 * @param {(form: HTMLFormElement) => boolean} [parts.check] whether it may be sent
 */
export function stepForm({ way, state, content, save, words = text("setup.continue"), check = () => true }) {
    const submit = onSubmit(async (form) => {
        state.clear();
        if (!check(form)) return;
        await state.send(async () => {
            await save();
            await way.next();
        }, form);
    });
    return html`<form class="form" novalidate @submit=${submit}>
        ${content}
        ${failureNotice(state)}
        <div class="actions step-actions">
            ${way.back === null ? null : html`
                <button type="button" class="button" @click=${way.back}>${text("action.back")}</button>`}
            <span class="push">${sendButton(state, words, "primary big")}</span>
        </div>
    </form>`;
}
