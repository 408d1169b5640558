// A QR code as a picture that scales: dark on white in every appearance, with the quiet zone that readers need.

import { encode } from "../qr/encoder.js";

const QUIET = 4;

/**
 * @param {string} content
 * @param {string} words what a person who doesn't see it is told
 */
export function qrCode(content, words) {
    const modules = encode(content);
    const size = modules.length + 2 * QUIET;
    const drawing = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    drawing.setAttribute("viewBox", `0 0 ${size} ${size}`);
    drawing.setAttribute("class", "qr");
    drawing.setAttribute("role", "img");
    drawing.setAttribute("aria-label", words);
    drawing.setAttribute("shape-rendering", "crispEdges");
    const ground = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    ground.setAttribute("width", String(size));
    ground.setAttribute("height", String(size));
    ground.setAttribute("fill", "#fff");
    const dark = document.createElementNS("http://www.w3.org/2000/svg", "path");
    dark.setAttribute("d", modules.map((row, down) => runs(row, down)).join(""));
    drawing.append(ground, dark);
    return drawing;
}

/**
 * @param {boolean[]} row
 * @param {number} down
 */
function runs(row, down) {
    let path = "";
    for (let from = 0; from < row.length; from += 1) {
        if (!row[from]) continue;
        let to = from;
        while (to < row.length && row[to]) to += 1;
        path += `M${from + QUIET} ${down + QUIET}h${to - from}v1h${from - to}z`;
        from = to;
    }
    return path;
}
