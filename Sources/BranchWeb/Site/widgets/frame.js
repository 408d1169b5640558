// What every page begins with: its words, who is there, the head, the place of messages.

import { computed } from "../reactive/signals.js";
import { html, render, when } from "../reactive/template.js";
import { openCatalogue, t, text } from "../language/texts.js";
import { session } from "../branch/api.js";
import { icon, mark } from "./icons.js";
import { preferencesButton } from "./preferences.js";
import { toastPlace } from "./toasts.js";

/** The branch's name once it is known. */
export const branchName = computed(() => session.value?.branch?.name || "");

/**
 * Loads the words and shows the page.
 * @param {string[]} parts of the catalogue
 * @param {() => unknown} content what stands below the head
 * @param {() => unknown} [tools] what stands in the head beside the preferences
 */
export async function openPage(parts, content, tools = () => null) {
    await openCatalogue(["shared", ...parts]);
    render(html`
        <a class="skip" href="#main" @click=${skip}>${text("frame.skip")}</a>
        <header class="head">
            <a class="brand" href="/">${mark()}<span>${() => branchName.value || t("frame.product")}</span></a>
            <div class="push actions">${tools}${preferencesButton()}</div>
        </header>
        ${content}
        ${toastPlace()}`, document.body);
}

/** Says that what is typed here can be read on the way; on every page that an admin sees. */
export function openLineNotice() {
    return when(() => session.value?.secure === false, () => html`
        <p class="state slow open-line">${icon("unlock")}<span>${text("frame.not_protected")}</span></p>`);
}

/**
 * The address after # may be a place of the page: the skip link moves the focus only.
 * @param {Event} event
 */
function skip(event) {
    event.preventDefault();
    document.getElementById("main")?.focus();
}
