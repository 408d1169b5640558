// What went wrong with a request, in one type: the server's problem+json, or why there was no answer.

import { hasText, t } from "../language/texts.js";

/**
 * @typedef {object} ProblemBody
 * @property {string} [code]
 * @property {string} [title]
 * @property {string | null} [detail]
 * @property {string | null} [field]
 * @property {import("./rows.js").Ticket | null} [ticket]
 */

export class Problem extends Error {
    /**
     * @param {number} status 0 when there was no answer
     * @param {ProblemBody} body
     * @param {number | null} [retryAfter] seconds
     */
    constructor(status, body, retryAfter = null) {
        super(body.title ?? body.code ?? `HTTP ${status}`);
        this.name = "Problem";
        this.status = status;
        this.code = body.code ?? "unknown";
        this.detail = body.detail ?? null;
        this.field = body.field ?? null;
        this.ticket = body.ticket ?? null;
        this.retryAfter = retryAfter;
    }

    /** Whether asking again, later, may help. */
    get isPassing() {
        return this.status === 0 || this.status === 429 || this.status === 503 || this.status === 504;
    }
}

/**
 * What a person is told: what happened and what helps.
 * @param {unknown} error
 */
export function wordsFor(error) {
    if (!(error instanceof Problem)) return t("problem.unknown");
    const key = `problem.${error.code}`;
    const seconds = error.retryAfter ?? 1;
    if (hasText(key)) return t(key, { count: seconds });
    if (error.status === 0) return t("problem.unreachable");
    if (error.status >= 500) return t("problem.server");
    if (error.status === 400 || error.status === 422) return t("problem.not_valid");
    return t("problem.unknown");
}

/**
 * @param {Response} answer
 * @returns {Promise<Problem>}
 */
export async function problemOf(answer) {
    const after = Number(answer.headers.get("Retry-After") ?? Number.NaN);
    /** @type {ProblemBody} */
    let body = {};
    try {
        body = await answer.json();
    } catch {
        // Something between us and the branch answered in its own words: the status says enough.
    }
    return new Problem(answer.status, body, Number.isFinite(after) ? after : null);
}
