// The branch's own row, saved as it is edited, like any other.

import { signal } from "../reactive/signals.js";
import { t } from "../language/texts.js";
import { get, patch, session } from "../branch/api.js";
import { take } from "../branch/session.js";
import { Problem } from "../branch/problem.js";
import { sayUndoable } from "../widgets/toasts.js";
import { sayProblem } from "./rows.js";

/** @typedef {import("../branch/rows.js").Branch} Branch */

/** @type {import("../reactive/signals.js").Signal<Branch | null>} */
export const branchRow = signal(/** @type {Branch | null} */ (null));

/** @returns {Promise<Branch>} */
export async function loadBranch() {
    const branch = await get("/branch");
    branchRow.value = branch;
    return branch;
}

/**
 * @param {Partial<Branch>} changes
 * @param {boolean} [undoable]
 */
export async function saveBranch(changes, undoable = true) {
    const before = branchRow.peek() ?? await loadBranch();
    try {
        branchRow.value = await patch("/branch", changes, before.version);
    } catch (error) {
        if (error instanceof Problem && error.code === "version_conflict") await loadBranch();
        throw error;
    }
    const { name, time_zone, language } = /** @type {Branch} */ (branchRow.peek());
    const who = session.peek();
    if (who) take({ ...who, branch: { name, time_zone, language } });
    if (!undoable) return;
    const names = /** @type {Array<keyof Branch>} */ (Object.keys(changes));
    const old = Object.fromEntries(names.map((one) => [one, before[one]]));
    sayUndoable(t("saved"), () => saveBranch(old, false).catch(sayProblem));
}
