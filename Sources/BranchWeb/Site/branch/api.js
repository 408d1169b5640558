// Requests to the branch. A write carries one Idempotency-Key through all its tries, so a repeat does nothing twice;
// there are few of them, and none after the person has been told that it failed.

import { signal } from "../reactive/signals.js";
import { Problem, problemOf } from "./problem.js";

/** @typedef {import("./rows.js").Session} Session */

/**
 * @typedef {object} Options
 * @property {unknown} [body] sent as JSON
 * @property {string} [text] sent as it is, with `type`
 * @property {string} [type]
 * @property {number} [version] the version the caller saw, as If-Match
 * @property {boolean} [keyed] whether a POST may carry an Idempotency-Key
 * @property {boolean} [asText] the answer is text
 */

/** How long one try may take, in milliseconds. */
const TRY_TIME = 8_000;
/** Waits before the second and third try, in milliseconds. */
const PAUSES = [300, 1_200];

/**
 * Who this browser is: undefined until the branch has said so.
 * @type {import("../reactive/signals.js").Signal<Session | null | undefined>}
 */
export const session = signal(/** @type {Session | null | undefined} */ (undefined));

/** @type {() => Promise<boolean>} */
let confirmPerson = async () => false;

/**
 * Says how to ask for the passphrase again when the branch wants it before a change.
 * @param {() => Promise<boolean>} ask answers whether it was given
 */
export function askAgainBy(ask) {
    confirmPerson = ask;
}

/** A key that no other request has: 128 random bits. `crypto.randomUUID` is missing on plain http. */
export function newKey() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * @param {string} path
 * @returns {Promise<any>}
 */
export function get(path) {
    return ask("GET", path, {});
}

/**
 * @param {string} path
 * @param {unknown} [body]
 * @param {Options} [options]
 * @returns {Promise<any>}
 */
export function post(path, body, options = {}) {
    return ask("POST", path, { keyed: true, ...options, body });
}

/**
 * @param {string} path
 * @param {unknown} body
 * @param {number} [version]
 * @returns {Promise<any>}
 */
export function patch(path, body, version) {
    return ask("PATCH", path, { body, version });
}

/**
 * @param {string} path
 * @param {unknown} body
 * @returns {Promise<any>}
 */
export function put(path, body) {
    return ask("PUT", path, { body });
}

/**
 * @param {string} path
 * @param {number} [version]
 * @returns {Promise<any>}
 */
export function remove(path, version) {
    return ask("DELETE", path, { version });
}

/**
 * Every row of a list, page after page.
 * @param {string} path
 * @param {number} [pages] at most so many
 * @returns {Promise<any[]>}
 */
export async function getAll(path, pages = 10) {
    const rows = [];
    let next = /** @type {string | null} */ (path);
    for (let page = 0; next !== null && page < pages; page += 1) {
        const answer = await tried("GET", next, {}, null);
        rows.push(...(await answer.json()));
        next = nextOf(answer);
    }
    return rows;
}

/**
 * One page of a list and the way to the next.
 * @param {string} path
 * @returns {Promise<{ rows: any[], next: string | null }>}
 */
export async function getPage(path) {
    const answer = await tried("GET", path, {}, null);
    return { rows: await answer.json(), next: nextOf(answer) };
}

/**
 * @param {string} method
 * @param {string} path
 * @param {Options} options
 * @returns {Promise<any>}
 */
export async function ask(method, path, options) {
    const key = options.keyed === true ? newKey() : null;
    const answer = await confirmed(method, path, options, key);
    if (answer.status === 204) return null;
    return options.asText === true ? answer.text() : answer.json();
}

/**
 * @param {string} method
 * @param {string} path
 * @param {Options} options
 * @param {string | null} key
 */
async function confirmed(method, path, options, key) {
    try {
        return await tried(method, path, options, key);
    } catch (error) {
        if (!(error instanceof Problem) || error.code !== "reauthenticate") throw error;
        if (!(await confirmPerson())) throw error;
        return tried(method, path, options, key);
    }
}

/**
 * @param {string} method
 * @param {string} path
 * @param {Options} options
 * @param {string | null} key
 * @returns {Promise<Response>}
 */
async function tried(method, path, options, key) {
    // Only what does nothing twice is tried again.
    const pauses = method === "GET" || key !== null ? PAUSES : [];
    for (let at = 0; ; at += 1) {
        try {
            return await once(method, path, options, key);
        } catch (error) {
            const pause = pauses[at];
            if (pause === undefined || !(error instanceof Problem) || !mayTryAgain(error)) throw error;
            await new Promise((resolve) => setTimeout(resolve, pause + Math.random() * pause));
        }
    }
}

/** @param {Problem} problem */
function mayTryAgain(problem) {
    return problem.status === 0 || problem.status === 503 || problem.status === 504;
}

/**
 * @param {string} method
 * @param {string} path
 * @param {Options} options
 * @param {string | null} key
 */
async function once(method, path, options, key) {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), TRY_TIME);
    /** @type {Response} */
    let answer;
    try {
        answer = await fetch(path, {
            method, headers: headersFor(options, key), signal: stop.signal,
            cache: "no-store", credentials: "same-origin",
            body: options.text ?? (options.body === undefined ? undefined : JSON.stringify(options.body)),
        });
    } catch {
        throw new Problem(0, { code: stop.signal.aborted ? "no_answer" : "unreachable" });
    } finally {
        clearTimeout(timer);
    }
    if (answer.ok) return answer;
    const problem = await problemOf(answer);
    // A wrong passphrase is no end of a session.
    if (problem.status === 401 && problem.code !== "wrong_credentials") session.value = null;
    throw problem;
}

/**
 * @param {Options} options
 * @param {string | null} key
 */
function headersFor(options, key) {
    /** @type {Record<string, string>} */
    const headers = { Accept: options.asText === true ? "*/*" : "application/json" };
    if (options.text !== undefined) headers["Content-Type"] = options.type ?? "text/plain";
    else if (options.body !== undefined) headers["Content-Type"] = "application/json";
    if (key !== null) headers["Idempotency-Key"] = key;
    if (options.version !== undefined) headers["If-Match"] = `"${options.version}"`;
    return headers;
}

/** @param {Response} answer */
function nextOf(answer) {
    const found = /<([^>]+)>;\s*rel="next"/.exec(answer.headers.get("Link") ?? "");
    if (found === null) return null;
    const url = new URL(found[1], location.href);
    return url.pathname + url.search;
}
