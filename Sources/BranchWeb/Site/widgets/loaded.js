// A part of the page that needs something from the branch first.

import { signal } from "../reactive/signals.js";
import { html, once } from "../reactive/template.js";
import { text } from "../language/texts.js";
import { wordsFor } from "../branch/problem.js";
import { icon } from "../widgets/icons.js";

/**
 * @template T
 * @param {() => Promise<T>} load
 * @param {(loaded: T) => unknown} build
 */
export function loadedThen(load, build) {
    const view = signal(/** @type {unknown} */ (html`<p class="muted" role="status">${text("action.sending")}</p>`));
    const begin = async () => {
        try {
            const loaded = await load();
            view.value = once(() => build(loaded));
        } catch (error) {
            const words = wordsFor(error);
            view.value = html`<div class="notice late" role="alert">${icon("warn")}<div class="stack tight">
                <p>${words}</p>
                <div><button type="button" class="button" @click=${begin}>${text("action.again")}</button></div>
            </div></div>`;
        }
    };
    begin();
    return view;
}
