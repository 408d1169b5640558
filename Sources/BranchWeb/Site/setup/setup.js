// The set-up: six short pages from a new box to the first ticket. The branch keeps how far it is, so that a power cut
// costs the page that was being filled in and no more.

import { effect, signal } from "../reactive/signals.js";
import { html, once, pick } from "../reactive/template.js";
import { t, text } from "../language/texts.js";
import { askAgainBy, get, patch, session } from "../branch/api.js";
import { wordsFor } from "../branch/problem.js";
import { readSession } from "../branch/session.js";
import { askPassphrase, signInPanel } from "../entry/signin.js";
import { openLineNotice, openPage } from "../widgets/frame.js";
import { icon } from "../widgets/icons.js";

/** @typedef {{ next: () => Promise<void>, back: (() => void) | null }} Way */
/** @typedef {"asking" | "failed" | "signin" | number} Place */

const LAST = 6;
/** Milliseconds until a branch that didn't answer is asked again. */
const ASK_AGAIN = 2_000;

/**
 * The pages; each is loaded when it is reached.
 * @type {Array<() => Promise<{ stepView: (way: Way) => unknown }>>}
 */
const STEPS = [
    () => import("./steps/code.js"),
    () => import("./steps/branch.js"),
    () => import("./steps/queues.js"),
    () => import("./steps/counters.js"),
    () => import("./steps/agents.js"),
    () => import("./steps/devices.js"),
];

const place = signal(/** @type {Place} */ ("asking"));
/** Why the branch can't be asked. */
const failure = signal(/** @type {unknown} */ (null));

async function begin() {
    try {
        const who = await readSession();
        if (who.set_up === "done") {
            location.replace("/");
        } else if (who.set_up === "new") {
            place.value = 1;
        } else if (who.role !== "admin") {
            place.value = "signin";
        } else {
            const { step } = await get("/setup/state");
            place.value = Math.min(Math.max(1, step), LAST);
        }
    } catch (error) {
        failure.value = error;
        place.value = "failed";
        setTimeout(begin, ASK_AGAIN);
    }
}

/** @param {number} step */
async function goOn(step) {
    if (step === LAST) {
        await patch("/setup", { state: "done" });
        location.assign("/admin#live");
        return;
    }
    await patch("/setup", { step: step + 1 });
    place.value = step + 1;
}

function content() {
    return html`<main id="main" tabindex="-1" class="column setup">
        ${openLineNotice()}
        ${pick(() => place.value, (where) => {
            if (where === "asking") return null;
            if (where === "failed") return html`<div class="notice late" role="alert">${icon("warn")}
                <div><strong>${() => wordsFor(failure.value)}</strong><p>${text("home.trying")}</p></div></div>`;
            if (where === "signin") return html`<div class="stack"><h1>${text("setup.title")}</h1>
                <p class="lead muted">${text("setup.begun")}</p>${signInPanel(begin)}</div>`;
            return stepPage(where);
        })}
    </main>`;
}

/** @param {number} step */
function stepPage(step) {
    const view = signal(/** @type {unknown} */ (null));
    STEPS[step - 1]().then(({ stepView }) => {
        // The first page gives the key to all others: there is no way back to it.
        const back = step > 2 ? () => (place.value = step - 1) : null;
        view.value = once(() => stepView({ next: () => goOn(step), back }));
    });
    const focused = (/** @type {Element} */ heading) => {
        if (step > 1) queueMicrotask(() => /** @type {HTMLElement} */ (heading).focus());
    };
    return html`<section class=${`step ${step > 1 ? "enter" : ""}`} aria-labelledby="step-title">
        <header class="stack tight">
            <ol class="steps" aria-hidden="true">${STEPS.map((_, at) => html`
                <li class=${at + 1 < step ? "past" : at + 1 === step ? "now" : ""}></li>`)}</ol>
            <p class="muted small">${text("setup.step", { step, last: LAST })}</p>
            <h1 id="step-title" tabindex="-1" ref=${focused}>${text(`setup.title.${step}`)}</h1>
            <p class="muted">${text(`setup.intro.${step}`)}</p>
        </header>
        ${view}
    </section>`;
}

askAgainBy(askPassphrase);
// The branch is asked while the words are loaded.
const begun = begin();
await openPage(["entry", "settings", "setup"], content);
effect(() => {
    document.title = `${t("setup.title")} · ${session.value?.branch?.name || t("frame.product")}`;
});
// A session that ran out while a page was being filled in: sign in, and go on where it was.
effect(() => {
    if (session.value === null && typeof place.peek() === "number" && place.peek() !== 1) place.value = "signin";
});
await begun;
