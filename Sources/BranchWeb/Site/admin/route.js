// Where in the administration this page is: "#queues/3" or "#devices?code=BCDFGHJK".

import { signal } from "../reactive/signals.js";

/** @typedef {{ place: string, id: number | null, values: URLSearchParams }} Route */

/** @returns {Route} */
function read() {
    const found = /^#?([a-z]*)(?:\/(\d+))?(?:\?(.*))?$/.exec(decodeURI(location.hash));
    return { place: found?.[1] || "live", id: found?.[2] === undefined ? null : Number(found[2]),
        values: new URLSearchParams(found?.[3] ?? "") };
}

/** The present route. */
export const route = signal(read());

addEventListener("hashchange", () => {
    route.value = read();
});

/** @param {string} to such as "queues/3" */
export function go(to) {
    location.hash = `#${to}`;
}
