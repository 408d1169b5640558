// The administration: a list of places at the side, or a bar at the lower edge of a phone, and one subject at a time.

import { computed, effect, signal } from "../reactive/signals.js";
import { html, once, pick } from "../reactive/template.js";
import { t, text } from "../language/texts.js";
import { askAgainBy, session } from "../branch/api.js";
import { placeOf, readSession } from "../branch/session.js";
import { wordsFor } from "../branch/problem.js";
import { branchName, openLineNotice, openPage } from "../widgets/frame.js";
import { icon } from "../widgets/icons.js";
import { stateWords } from "./parts.js";
import { board } from "./state.js";
import { route } from "./route.js";

/** @typedef {import("./route.js").Route} Route */
/** @typedef {import("../widgets/icons.js").IconName} IconName */
/** @typedef {{ name: string, icon: IconName, forAll?: boolean, inBar?: boolean }} Place */
/** @typedef {{ view: (route: Route) => unknown }} PlaceModule */

/** @type {Place[]} */
const PLACES = [
    { name: "live", icon: "live", forAll: true, inBar: true },
    { name: "queues", icon: "queue", inBar: true },
    { name: "counters", icon: "counter", inBar: true },
    { name: "devices", icon: "device", forAll: true, inBar: true },
    { name: "agents", icon: "agent" },
    { name: "branch", icon: "branch" },
    { name: "data", icon: "shield" },
    { name: "people", icon: "people" },
    { name: "status", icon: "link", forAll: true },
    { name: "audit", icon: "audit" },
    { name: "configuration", icon: "file" },
    { name: "account", icon: "key", forAll: true },
];

/**
 * Each place is loaded when somebody goes there.
 * @type {Record<string, () => Promise<PlaceModule>>}
 */
const MODULES = {
    live: () => import("./places/live.js"),
    queues: () => import("./places/queues.js"),
    counters: () => import("./places/counters.js"),
    devices: () => import("./places/devices.js"),
    agents: () => import("./places/agents.js"),
    branch: () => import("./places/branch.js"),
    data: () => import("./places/data.js"),
    people: () => import("./places/people.js"),
    status: () => import("./places/status.js"),
    audit: () => import("./places/audit.js"),
    configuration: () => import("./places/configuration.js"),
    account: () => import("./places/account.js"),
};

/** @typedef {"asking" | "failed" | "signin" | "in"} Stage */
/** Why the branch can't be asked. */
const failure = signal(/** @type {unknown} */ (null));
const isAsking = signal(true);
const stage = computed(/** @returns {Stage} */ () => {
    if (failure.value !== null) return "failed";
    if (isAsking.value) return "asking";
    const role = session.value?.role;
    return role === "admin" || role === "supervisor" ? "in" : "signin";
});
const places = computed(() => PLACES.filter((one) => one.forAll === true || session.value?.role === "admin"));
const present = computed(() => {
    const asked = route.value.place;
    return asked === "more" || places.value.some((one) => one.name === asked) ? asked : "live";
});

async function begin() {
    try {
        const who = await readSession();
        failure.value = null;
        isAsking.value = false;
        if (who.role === "admin" && who.set_up !== "done") location.replace(placeOf(who) ?? "/setup");
    } catch (error) {
        failure.value = error;
        setTimeout(begin, 2_000);
    }
}

function content() {
    return pick(() => stage.value, (now) => (now === "in" ? inside() : html`
        <main id="main" tabindex="-1" class="column">${outside(now)}</main>`));
}

/** @param {Stage} now */
function outside(now) {
    if (now === "asking") return null;
    if (now === "failed") return html`<div class="notice late" role="alert">${icon("warn")}
        <div><strong>${() => wordsFor(failure.value)}</strong><p>${text("home.trying")}</p></div></div>`;
    return html`<div class="stack">${openLineNotice()}<h1>${text("admin.title")}</h1>
        ${arriving(async () => (await import("../entry/signin.js")).signInPanel(begin))}</div>`;
}

function inside() {
    return html`<div class="admin">
        <nav class="places" aria-label=${text("admin.places")}><ul>
            ${() => places.value.map((one) => html`<li class=${one.inBar === true ? "in-bar" : ""}>${link(one)}</li>`)}
            <li class="in-bar only-bar">${link({ name: "more", icon: "tune" })}</li>
        </ul></nav>
        <main id="main" tabindex="-1" class="place">
            <div class="place-state">${connection()}${openLineNotice()}</div>
            ${pick(() => `${present.value}/${route.value.id ?? ""}`, () => shown(present.peek()))}
        </main>
    </div>`;
}

/** @param {Place} one */
function link(one) {
    const isHere = () => present.value === one.name
        || (one.name === "more" && !PLACES.some((other) => other.name === present.value && other.inBar === true));
    return html`<a href=${`#${one.name}`} aria-current=${() => (isHere() ? "page" : null)}>
        ${icon(one.icon)}<span>${text(`admin.place.${one.name}`)}</span></a>`;
}

/** @param {string} name */
function shown(name) {
    if (name === "more") return more();
    return arriving(async () => {
        const module = await MODULES[name]();
        return once(() => module.view(route.peek()));
    });
}

/**
 * Content that has to be loaded first.
 * @param {() => Promise<unknown>} load
 */
function arriving(load) {
    const view = signal(/** @type {unknown} */ (null));
    load().then((loaded) => (view.value = loaded));
    return view;
}

function more() {
    return html`<h1>${text("admin.place.more")}</h1><ul class="lines panel">
        ${() => places.value.filter((one) => one.inBar !== true).map((one) => html`<li>
            <a class="line plain" href=${`#${one.name}`}>
                ${icon(one.icon)}<span class="grow">${text(`admin.place.${one.name}`)}</span>${icon("next")}</a></li>`)}
    </ul>`;
}

function connection() {
    return html`<p role="status">${() => {
        const { value } = board.feed.state;
        if (value === "live") return stateWords("check", text("live.connected"), "good");
        if (value === "connecting") return stateWords("clock", text("live.connecting"));
        return stateWords("warn", text("live.lost"), "late");
    }}</p>`;
}

askAgainBy(async () => (await import("../entry/signin.js")).askPassphrase());
// The branch is asked while the words are loaded.
const begun = begin();
await openPage(["entry", "settings", "admin"], content);
effect(() => {
    document.title = `${t(`admin.place.${present.value}`)} · ${branchName.value || t("frame.product")}`;
});
effect(() => {
    if (stage.value === "in") board.feed.start();
    else board.feed.stop();
});
effect(() => {
    if (board.feed.state.value === "signed_out") session.value = null;
});
await begun;
