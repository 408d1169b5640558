// Our own line icons: 24 px grid, round ends, one stroke. Each says one thing; a word stands beside it.

const SHAPES = {
    // What Turn is about.
    ticket: "M3.5 7h17v3.2a1.8 1.8 0 0 0 0 3.6V17h-17v-3.2a1.8 1.8 0 0 0 0-3.6zM14.5 7v1.6M14.5 11.2v1.6M14.5 15.4V17",
    queue: "M5.5 6.5h.01M5.5 12h.01M5.5 17.5h.01M9.5 6.5h9M9.5 12h9M9.5 17.5h5.5",
    counter: "M12 9.5a2.75 2.75 0 1 0 0-5.5 2.75 2.75 0 0 0 0 5.5zM7.5 14.5a4.5 4.5 0 0 1 9 0"
        + "M3 14.5h18M5 14.5V20M19 14.5V20",
    agent: "M12 11.5a3.75 3.75 0 1 0 0-7.5 3.75 3.75 0 0 0 0 7.5zM4.75 20c.6-3.6 3.5-5.5 7.25-5.5s6.65 1.9 7.25 5.5",
    people: "M9 11a3.25 3.25 0 1 0 0-6.5A3.25 3.25 0 0 0 9 11zM2.75 19c.5-3.2 2.9-4.9 6.25-4.9s5.75 1.7 6.25 4.9"
        + "M15.5 4.9a3.1 3.1 0 0 1 0 5.8M17.6 14.5c2 .6 3.3 2.1 3.65 4.5",
    // Devices.
    kiosk: "M7 3.5h10v11H7zM12 14.5v6M8 20.5h8M10 11.5h4",
    display: "M3 5h18v11.5H3zM12 16.5v3.5M8.5 20h7M6.5 9h5M6.5 12.5h3M15.5 8.8v3.9",
    worker: "M4 5.5h16v13H4zM7.5 9.5l3 2.5-3 2.5M13 14.5h3.5",
    phone: "M7.5 3.5h9v17h-9zM11 17.5h2",
    device: "M3.5 5.5h11v8h-11zM6.5 17h5M9 13.5V17M17 8.5h3.5v10H17zM18.7 16h.1",
    // Places of the admin pages.
    live: "M3 12.5h4l2.5-7 4.5 13 2.5-6H21",
    shield: "M12 3.5l7 2.6v5.2c0 4.3-2.7 7.4-7 9.2-4.3-1.8-7-4.9-7-9.2V6.1zM9 11.8l2.2 2.2 3.9-4.2",
    link: "M10 14a4 4 0 0 0 5.7 0l3-3A4 4 0 0 0 13 5.3l-1 1M14 10a4 4 0 0 0-5.7 0l-3 3a4 4 0 0 0 5.7 5.7l1-1",
    audit: "M6 3.5h9l3.5 3.5v13.5H6zM14.5 3.5V7.5h4M9 11.5h6M9 15.5h6",
    file: "M12 3.5v10.5M8 10.5l4 4 4-4M4.5 16.5v3.5h15v-3.5",
    branch: "M4 20.5V9.5l8-5.5 8 5.5v11M3 20.5h18M9.5 20.5v-6h5v6",
    key: "M7.75 15.75a3.75 3.75 0 1 0 0-7.5 3.75 3.75 0 0 0 0 7.5zM11.5 12h9v3.25M16.75 12v2.5",
    // States.
    check: "M5 12.8l4.6 4.7L19 7.5",
    warn: "M12 4L21.5 20h-19zM12 10v4.5M12 17.2h.01",
    stop: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM9 9l6 6M15 9l-6 6",
    info: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 11v5.5M12 7.6h.01",
    clock: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5.2l3.4 2",
    pause: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM10 9v6M14 9v6",
    unlock: "M5.5 11h13v9.5h-13zM8.5 11V7.5a3.5 3.5 0 0 1 6.8-1.2M12 14.8v2",
    // Actions.
    plus: "M12 5v14M5 12h14",
    close: "M6 6l12 12M18 6L6 18",
    trash: "M4.5 6.5h15M9.5 6.5V4h5v2.5M6.5 6.5l.9 14h9.2l.9-14M10.3 10.5v6M13.7 10.5v6",
    search: "M10.75 17.5a6.75 6.75 0 1 0 0-13.5 6.75 6.75 0 0 0 0 13.5zM15.7 15.7l4.8 4.8",
    undo: "M8.5 5L4 9.5 8.5 14M4.5 9.5H14a5.5 5.5 0 0 1 0 11h-4",
    next: "M9.5 5.5L16 12l-6.5 6.5",
    out: "M10 4H4.5v16H10M14.5 8l4 4-4 4M9 12h9.5",
    tune: "M4 7h9M17.5 7H20M4 17h2.5M11 17h9M15.2 9.3a2.3 2.3 0 1 0 0-4.6 2.3 2.3 0 0 0 0 4.6z"
        + "M8.8 19.3a2.3 2.3 0 1 0 0-4.6 2.3 2.3 0 0 0 0 4.6z",
    copy: "M8.5 8.5h11v11h-11zM5 15.5H4.5v-11h11V5",
};

/** @typedef {keyof typeof SHAPES} IconName */

/** Icons that point along the line of reading: they turn round where that runs from right to left. */
const TURNING = new Set(["next", "undo", "out", "queue", "worker", "audit"]);

/**
 * @param {IconName} name
 * @returns {SVGSVGElement}
 */
export function icon(name) {
    const drawing = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    drawing.setAttribute("viewBox", "0 0 24 24");
    drawing.setAttribute("aria-hidden", "true");
    drawing.setAttribute("class", TURNING.has(name) ? "icon turns" : "icon");
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    path.setAttribute("d", SHAPES[name]);
    drawing.append(path);
    return drawing;
}

/** The mark of the house. */
export function mark() {
    const drawing = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    drawing.setAttribute("viewBox", "0 0 32 32");
    drawing.setAttribute("aria-hidden", "true");
    const shapes = [
        ["M8 0h16a8 8 0 0 1 8 8v16a8 8 0 0 1-8 8H8a8 8 0 0 1-8-8V8a8 8 0 0 1 8-8z", "fill", "currentColor"],
        ["M7 10h18v4a2.5 2.5 0 0 0 0 5v4H7v-4a2.5 2.5 0 0 0 0-5z", "fill", "var(--accent-ink)"],
        ["M13 13.5h6M16 13.5v6.5", "stroke", "currentColor"],
    ];
    for (const [d, paint, colour] of shapes) {
        const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
        path.setAttribute("d", d);
        if (paint === "stroke") {
            path.setAttribute("fill", "none");
            path.setAttribute("stroke-width", "2.25");
            path.setAttribute("stroke-linecap", "round");
        }
        path.setAttribute(paint, colour);
        drawing.append(path);
    }
    return drawing;
}
