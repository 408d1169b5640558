// Letting a device in: its code, what it says to be, a name, and for a counter's screen the counter.

import { computed, effect, signal } from "../reactive/signals.js";
import { html, when } from "../reactive/template.js";
import { t, text } from "../language/texts.js";
import { get, post, remove } from "../branch/api.js";
import { Problem } from "../branch/problem.js";
import { FormState, failureNotice, onSubmit, sendButton } from "../widgets/forms.js";
import { selectField, textField } from "../widgets/fields.js";
import { icon } from "../widgets/icons.js";
import { say } from "../widgets/toasts.js";

/** @typedef {import("../branch/rows.js").Counter} Counter */
/** @typedef {import("../branch/rows.js").Device} Device */
/** @typedef {{ kind: import("../branch/rows.js").DeviceKind, address: string | null, expires_at: string }} Asking */

const LENGTH = 8;

/** @param {string} typed */
function bare(typed) {
    return typed.replace(/[^a-z0-9]/gi, "").toUpperCase();
}

/**
 * @typedef {object} ApprovalOptions
 * @property {() => Counter[]} counters
 * @property {() => Device[]} devices
 * @property {() => unknown} approved
 * @property {string} [code] from the address that a device's picture holds
 */

class Approval {
    asking = signal(/** @type {Asking | null} */ (null));
    name = signal("");
    counter = signal("");
    state = new FormState(["user_code", "name", "counter_id"]);

    /** @param {ApprovalOptions} options */
    constructor(options) {
        this.options = options;
        this.code = signal(options.code ?? "");
        const whole = computed(() => (bare(this.code.value).length === LENGTH ? bare(this.code.value) : null));
        effect(() => {
            const wanted = whole.value;
            this.asking.value = null;
            if (wanted === null) return undefined;
            let isOver = false;
            this.look(wanted).then((found) => {
                if (!isOver && found !== null) this.offer(found);
            });
            return () => {
                isOver = true;
            };
        });
    }

    /** @param {string} wanted */
    async look(wanted) {
        this.state.clear();
        try {
            return /** @type {Asking} */ (await get(`/devices/codes/${wanted}`));
        } catch (error) {
            const isUnknown = error instanceof Problem && error.status === 404;
            if (isUnknown) this.state.refuse("user_code", t("approval.unknown"));
            else this.state.place(error);
            return null;
        }
    }

    /**
     * Proposes the first counter that has no screen yet, and a name.
     * @param {Asking} found
     */
    offer(found) {
        const devices = this.options.devices();
        const counters = this.options.counters();
        const taken = devices.map((device) => device.counter_id);
        const free = counters.find((row) => !taken.includes(row.id)) ?? counters[0];
        const chosen = found.kind === "counter" ? free : undefined;
        this.counter.value = chosen === undefined ? "" : String(chosen.id);
        const same = devices.filter((device) => device.kind === found.kind).length;
        this.name.value = chosen?.name ?? `${t(`device.kind.${found.kind}`)} ${same + 1}`;
        this.asking.value = found;
    }

    /** @param {HTMLFormElement} form */
    async approve(form) {
        this.state.clear();
        if (this.asking.peek() === null) {
            this.state.refuse("user_code", t("approval.incomplete"));
            return;
        }
        const counter = this.counter.peek();
        const body = { user_code: bare(this.code.peek()), name: this.name.peek().trim(),
            counter_id: counter === "" ? null : Number(counter) };
        if (!(await this.state.send(() => post("/devices", body), form))) return;
        say(t("approval.done", { name: body.name }));
        this.code.value = "";
        this.options.approved();
        const input = form.querySelector("input");
        input?.focus();
    }

    deny() {
        return this.state.send(async () => {
            await remove(`/devices/codes/${bare(this.code.peek())}`);
            say(t("approval.denied"));
            this.code.value = "";
        });
    }
}

/** @param {ApprovalOptions} options */
export function approvalForm(options) {
    const approval = new Approval(options);
    const { state, asking } = approval;
    return html`<form class="form approval" novalidate @submit=${onSubmit((form) => approval.approve(form))}>
        ${textField({
            label: text("approval.code"), hint: text("approval.code_hint"), value: approval.code,
            look: "code short-code", error: state.errors.user_code, maxlength: 12, required: true,
        })}
        ${when(() => asking.value !== null, () => askingFields(approval))}
        ${failureNotice(state)}
        ${when(() => asking.value !== null, () => html`<div class="actions">
            ${sendButton(state, text("approval.submit"))}
            <button type="button" class="button" @click=${() => approval.deny()}>${text("approval.deny")}</button>
        </div>`)}
    </form>`;
}

/** @param {Approval} approval */
function askingFields({ asking, name, counter, state, options: { counters } }) {
    const found = /** @type {Asking} */ (asking.peek());
    return html`<div class="notice">${icon(found.kind)}
        <p><strong>${text(`device.kind.${found.kind}`)}</strong><br>
            <span class="muted">${found.address === null ? "" : t("approval.from", { address: found.address })}</span>
        </p></div>
    ${found.kind === "counter" ? selectField({
        label: text("approval.counter"), value: counter, error: state.errors.counter_id,
        options: () => counters().map((row) => ({ value: String(row.id), words: row.name })),
        changed: () => {
            name.value = counters().find((row) => String(row.id) === counter.peek())?.name ?? name.peek();
        },
    }) : null}
    ${textField({
        label: text("approval.name"), value: name, error: state.errors.name, maxlength: 60, required: true,
    })}`;
}
