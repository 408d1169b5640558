// Who changed what and when. The branch keeps it; this place can only read.

import { signal } from "../../reactive/signals.js";
import { html, when } from "../../reactive/template.js";
import { list } from "../../reactive/list.js";
import { hasText, t, text } from "../../language/texts.js";
import { dayAndClock } from "../../language/format.js";
import { getPage } from "../../branch/api.js";
import { icon } from "../../widgets/icons.js";
import { loadedThen } from "../../widgets/loaded.js";
import { emptyPlace, placeHead } from "../parts.js";
import { sayProblem } from "../rows.js";

/** @typedef {import("../../branch/rows.js").AuditEntry} AuditEntry */

const PAGE = 50;

export function view() {
    return loadedThen(() => getPage(`/audit?limit=${PAGE}`), (first) => {
        const entries = signal(/** @type {AuditEntry[]} */ (first.rows));
        const next = signal(first.next);
        const more = async () => {
            try {
                const page = await getPage(next.peek() ?? "");
                entries.value = [...entries.peek(), ...page.rows];
                next.value = page.next;
            } catch (error) {
                sayProblem(error);
            }
        };
        return html`<div class="stack">
            ${placeHead(text("admin.place.audit"), text("audit.intro"))}
            ${when(() => entries.value.length === 0, () => emptyPlace("audit", text("audit.empty")), () => html`
                <ol class="lines panel">${
                    list(() => entries.value, (entry) => entry.seq, (entry) => line(entry.peek()))}</ol>`)}
            ${when(() => next.value !== null, () => html`<div>
                <button type="button" class="button" @click=${more}>${text("audit.more")}</button></div>`)}
        </div>`;
    });
}

/** @param {AuditEntry} entry */
function line(entry) {
    const changes = differences(entry);
    const key = `audit.action.${entry.action}`;
    const who = () => t("audit.by", { name: entry.actor.name ?? roleWords(entry.actor.role) });
    return html`<li class="audit-line">
        <p class="audit-head">
            <time class="muted small tabular" datetime=${entry.at}>${() => dayAndClock(entry.at)}</time>
            <strong>${() => (hasText(key) ? t(key) : entry.action)}</strong>
            <span>${entry.target ?? ""}</span>
            <span class="muted small">${who}</span></p>
        ${changes.length === 0 ? null : html`<details class="serves">
            <summary>${icon("next")}<span class="muted small">${text("audit.changes")}</span></summary>
            <dl class="facts" dir="ltr">${changes.map(([name, before, after]) => html`<div>
                <dt><code>${name}</code></dt><dd><span class="muted">${before}</span> → ${after}</dd></div>`)}</dl>
        </details>`}
    </li>`;
}

/** @param {string} role */
function roleWords(role) {
    return hasText(`role.${role}`) ? t(`role.${role}`) : role;
}

/**
 * @param {AuditEntry} entry
 * @returns {Array<[string, string, string]>}
 */
function differences({ before, after }) {
    const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
    return names.filter((name) => JSON.stringify(before?.[name]) !== JSON.stringify(after?.[name]))
        .map((name) => [name, shown(before?.[name]), shown(after?.[name])]);
}

/** @param {unknown} value */
function shown(value) {
    if (value === undefined || value === null) return "–";
    return typeof value === "object" ? JSON.stringify(value) : String(value);
}
