// The way in: everybody is led to the place of their role; who has none signs in or pairs this device.

import { signal } from "../reactive/signals.js";
import { html, once, pick } from "../reactive/template.js";
import { t, text } from "../language/texts.js";
import { readSession, placeOf } from "../branch/session.js";
import { wordsFor } from "../branch/problem.js";
import { signInPanel } from "../entry/signin.js";
import { branchName, openPage } from "../widgets/frame.js";
import { icon } from "../widgets/icons.js";

/** @typedef {import("../branch/rows.js").DeviceKind} DeviceKind */

/** Milliseconds until the branch is asked again when it didn't answer. */
const ASK_AGAIN = 2_000;
/** @type {DeviceKind[]} */
const KINDS = ["kiosk", "counter", "display"];

const place = signal(/** @type {string} */ ("asking"));
/** Why the branch can't be asked. */
const failure = signal(/** @type {unknown} */ (null));

/** Where this page is: an address after # pairs a device of that kind. */
function read() {
    const kind = /^#pair-(kiosk|counter|display)$/.exec(location.hash)?.[1];
    place.value = kind ?? "choose";
}

/** Somebody came here to pair this device, whatever it was before. */
function isPairing() {
    return location.pathname === "/pair" || location.hash.startsWith("#pair-");
}

async function begin() {
    try {
        const who = await readSession();
        const target = placeOf(who);
        if (target !== null && !isPairing()) {
            location.replace(target);
            return;
        }
        read();
    } catch (error) {
        failure.value = error;
        place.value = "failed";
        setTimeout(begin, ASK_AGAIN);
    }
}

function content() {
    return html`<main id="main" tabindex="-1" class="column broad home">
        ${pick(() => place.value, (where) => {
            if (where === "asking") return null;
            if (where === "failed") return failed();
            if (where === "choose") return choose();
            return pairing(/** @type {DeviceKind} */ (where));
        })}
    </main>`;
}

/**
 * Most visits pair nothing: that part is loaded when it is needed.
 * @param {DeviceKind} kind
 */
function pairing(kind) {
    const view = signal(/** @type {unknown} */ (null));
    import("../entry/pairing.js").then(({ pairingView }) => {
        view.value = once(() => pairingView(kind, {
            approved: () => location.replace(`/${kind}`),
            back: () => (location.hash = ""),
        }));
    });
    return view;
}

function failed() {
    return html`<div class="notice late" role="alert">${icon("warn")}
        <div><strong>${() => wordsFor(failure.value)}</strong><p>${text("home.trying")}</p></div></div>`;
}

function choose() {
    return html`<div class="welcome">
        <div class="stack">
            <h1>${() => branchName.value || t("home.welcome")}</h1>
            <p class="lead muted">${text("home.intro")}</p>
        </div>
        ${signInPanel(begin)}
    </div>
    <section class="stack devices" aria-labelledby="devices-title">
        <div>
            <h2 id="devices-title">${text("home.devices")}</h2>
            <p class="muted">${text("home.devices_hint")}</p>
        </div>
        <ul class="tiles">${KINDS.map((kind) => html`<li><a class="tile" href=${`#pair-${kind}`}>
            ${icon(kind)}
            <span><strong>${text(`device.kind.${kind}`)}</strong>
                <span class="muted small">${text(`device.what.${kind}`)}</span></span>
            ${icon("next")}
        </a></li>`)}</ul>
    </section>
    <p class="muted small"><a href="/docs">${text("home.docs")}</a></p>`;
}

addEventListener("hashchange", read);
// The branch is asked while the words are loaded.
const begun = begin();
await openPage(["entry"], content);
await begun;
