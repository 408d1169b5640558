// Who this browser is, and how a person signs in and out.

import { timeZone } from "../language/format.js";
import { ask, get, put, remove, session } from "./api.js";

/** @typedef {import("./rows.js").Session} Session */

/** Asks the branch who this browser is. */
export async function readSession() {
    return take(await get("/session"));
}

/**
 * @param {string} name
 * @param {string} passphrase
 */
export async function signIn(name, passphrase) {
    return take(await ask("POST", "/session", { body: { name, passphrase } }));
}

/**
 * The passphrase again, before a change that wants it.
 * @param {string} passphrase
 */
export async function confirmPassphrase(passphrase) {
    return take(await ask("POST", "/session", { body: { passphrase } }));
}

/**
 * A new passphrase for who has lost the old one; gives the next recovery code.
 * @param {string} name
 * @param {string} recoveryCode
 * @param {string} passphrase
 * @returns {Promise<string>}
 */
export async function recover(name, recoveryCode, passphrase) {
    const body = { name, recovery_code: recoveryCode, new_passphrase: passphrase };
    const answer = await ask("POST", "/session/recovery", { body });
    take(answer.session);
    return answer.recovery_code;
}

/** @param {boolean} [everywhere] */
export async function signOut(everywhere = false) {
    await remove(everywhere ? "/session?everywhere=true" : "/session");
    await readSession();
}

/**
 * @param {string} current
 * @param {string} next
 */
export function changeSecret(current, next) {
    return put("/session/secret", { current, new: next });
}

/**
 * @param {Session} told
 * @returns {Session}
 */
export function take(told) {
    if (told.branch?.time_zone) timeZone.value = told.branch.time_zone;
    session.value = told;
    return told;
}

/**
 * The page that a browser belongs to; null when it has to choose.
 * @param {Session} who
 */
export function placeOf(who) {
    if (who.role === "admin" || who.role === "supervisor") return who.set_up === "done" ? "/admin" : "/setup";
    if (who.role === "kiosk") return "/kiosk";
    if (who.role === "display") return "/display";
    if (who.role === "agent" || who.device?.kind === "counter") return "/counter";
    return who.set_up === "done" ? null : "/setup";
}
