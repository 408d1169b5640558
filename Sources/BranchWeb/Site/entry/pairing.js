// A device asks to be let in: it shows a code and waits until an admin has approved it. No key is typed here.

import { computed, onEnd, signal } from "../reactive/signals.js";
import { html, pick, when } from "../reactive/template.js";
import { t, text } from "../language/texts.js";
import { stopwatch } from "../language/format.js";
import { ask } from "../branch/api.js";
import { Problem, wordsFor } from "../branch/problem.js";
import { icon } from "../widgets/icons.js";
import { qrCode } from "../widgets/qrcode.js";

/** @typedef {import("../branch/rows.js").DeviceKind} DeviceKind */
/**
 * What the branch gives to a device that asks; spans are seconds.
 * @typedef {object} Offer
 * @property {string} device_code
 * @property {string} user_code
 * @property {number} expires_in
 * @property {number} interval
 * @property {string} approve_url
 */

/** @typedef {"asking" | "waiting" | "approved" | "denied" | "expired" | "failed"} Stage */

/** How long between two tries when the branch doesn't answer, in seconds. */
const PATIENCE = 3;

class Pairing {
    stage = signal(/** @type {Stage} */ ("asking"));
    offer = signal(/** @type {Offer | null} */ (null));
    left = signal(0);
    words = signal("");
    #isOver = false;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    #timer = undefined;
    /** @type {ReturnType<typeof setInterval> | undefined} */
    #clock = undefined;

    /**
     * @param {DeviceKind} kind
     * @param {() => void} approved
     */
    constructor(kind, approved) {
        this.kind = kind;
        this.approved = approved;
    }

    async begin() {
        this.stop();
        this.#isOver = false;
        this.stage.value = "asking";
        try {
            const offer = await ask("POST", "/devices/pair", { body: { kind: this.kind } });
            if (this.#isOver) return;
            this.offer.value = offer;
            this.stage.value = "waiting";
            const end = performance.now() + offer.expires_in * 1000;
            const count = () => (this.left.value = Math.max(0, Math.ceil((end - performance.now()) / 1000)));
            count();
            this.#clock = setInterval(count, 1000);
            this.later(offer.interval, () => this.look());
        } catch (error) {
            if (this.#isOver) return;
            this.words.value = wordsFor(error);
            this.stage.value = "failed";
            this.later(error instanceof Problem ? error.retryAfter ?? PATIENCE : PATIENCE, () => this.begin());
        }
    }

    async look() {
        const offer = this.offer.peek();
        if (offer === null || this.#isOver) return;
        try {
            const answer = await ask("POST", "/devices/pair", { body: { device_code: offer.device_code } });
            if (this.#isOver) return;
            if (answer.state === "approved") this.finish("approved");
            else this.later(offer.interval, () => this.look());
        } catch (error) {
            if (this.#isOver) return;
            const code = error instanceof Problem ? error.code : "";
            if (code === "code_expired") this.finish("expired");
            else if (code === "code_denied") this.finish("denied");
            else this.later((error instanceof Problem ? error.retryAfter : null) ?? PATIENCE, () => this.look());
        }
    }

    /** @param {Stage} stage */
    finish(stage) {
        this.stop();
        this.stage.value = stage;
        if (stage === "approved") this.approved();
    }

    /**
     * @param {number} seconds
     * @param {() => void} work
     */
    later(seconds, work) {
        clearTimeout(this.#timer);
        this.#timer = setTimeout(work, seconds * 1000);
    }

    stop() {
        this.#isOver = true;
        clearTimeout(this.#timer);
        clearInterval(this.#clock);
    }
}

/**
 * @param {DeviceKind} kind
 * @param {{ approved: () => void, back: () => void }} then
 */
export function pairingView(kind, then) {
    const pairing = new Pairing(kind, then.approved);
    onEnd(() => pairing.stop());
    pairing.begin();
    return html`<section class="pairing enter" aria-labelledby="pairing-title">
        <header class="stack tight">
            <p class="state">${icon(kind)}<span>${text(`device.kind.${kind}`)}</span></p>
            <h1 id="pairing-title" tabindex="-1">${text("pairing.title")}</h1>
        </header>
        ${pick(() => pairing.stage.value, (stage) => (stage === "waiting" ? waiting(pairing) : ended(pairing, stage)))}
        <div class="actions">
            <button type="button" class="button" @click=${then.back}>${text("action.back")}</button>
        </div>
    </section>`;
}

/** @param {Pairing} pairing */
function waiting(pairing) {
    const offer = /** @type {Offer} */ (pairing.offer.peek());
    const isShort = computed(() => pairing.left.value < 60);
    return html`<div class="panel offer">
        <div class="offer-code">
            <p class="muted">${text("pairing.code")}</p>
            <p class="numerals" aria-label=${spelled(offer.user_code)}>${offer.user_code}</p>
            <p>${text("pairing.how")}</p>
            <p class="state good">${icon("clock")}<span>${text("pairing.waiting")}</span></p>
            <p class=${() => `small tabular ${isShort.value ? "slow" : "muted"}`}>
                ${() => t("pairing.left", { time: stopwatch(pairing.left.value) })}</p>
        </div>
        <figure class="offer-picture">
            ${qrCode(offer.approve_url, t("pairing.picture"))}
            <figcaption class="small muted">${text("pairing.picture_hint")}</figcaption>
        </figure>
    </div>`;
}

/**
 * @param {Pairing} pairing
 * @param {Stage} stage
 */
function ended(pairing, stage) {
    if (stage === "asking") return html`<p class="muted" role="status">${text("pairing.asking")}</p>`;
    const look = stage === "approved" ? "" : stage === "expired" ? "slow" : "late";
    return html`<div class="stack" role="alert">
        <div class=${`notice ${look}`}>${icon(stage === "approved" ? "check" : "warn")}
            <div><strong>${text(`pairing.${stage}`)}</strong>
                ${when(() => stage === "failed", () => html`<p>${pairing.words}</p>`)}</div></div>
        ${when(() => stage === "expired" || stage === "denied", () => html`<div class="actions">
            <button type="button" class="button primary" @click=${() => pairing.begin()}>
                ${text("pairing.again")}</button>
        </div>`)}
    </div>`;
}

/**
 * Letter by letter, for a screen reader.
 * @param {string} code
 */
function spelled(code) {
    return [...code.replace("-", "")].join(" ");
}
