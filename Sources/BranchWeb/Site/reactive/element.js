// The base of our custom elements: light DOM, and everything an element started ends when it leaves the document.

import { Scope, untracked } from "./signals.js";
import { render } from "./template.js";

export class LiveElement extends HTMLElement {
    /** @type {Scope | null} */
    #scope = null;

    /**
     * What the element shows.
     * @returns {unknown}
     */
    view() {
        return null;
    }

    connectedCallback() {
        // A node that is only moved comes back before the microtask below: it keeps what it shows.
        if (this.#scope !== null) return;
        const scope = new Scope(null);
        this.#scope = scope;
        // Whoever put the element here must not listen to what it reads.
        untracked(() => scope.run(() => scope.onEnd(render(this.view(), this))));
    }

    disconnectedCallback() {
        queueMicrotask(() => {
            if (this.isConnected) return;
            this.#scope?.end();
            this.#scope = null;
        });
    }
}

/**
 * @param {string} name
 * @param {CustomElementConstructor} type
 */
export function define(name, type) {
    if (customElements.get(name) === undefined) customElements.define(name, type);
}
