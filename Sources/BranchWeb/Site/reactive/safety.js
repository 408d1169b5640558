// What a template may set. Code of ours that asks for more fails at once; a bad address of the data's is left out.

const URL_NAMES = new Set(["href", "src", "action", "formaction", "poster", "cite", "xlink:href", "formAction"]);
const REFUSED_PROPERTIES = new Set(["innerHTML", "outerHTML", "srcdoc", "style", "cssText"]);
const SAFE_SCHEMES = new Set(["http:", "https:", "mailto:", "tel:", "blob:"]);

/** What stands in the place of an address that could run something. */
export const NOWHERE = "about:invalid";

/**
 * @param {Element} node
 * @param {string} name
 * @returns {string | null}
 */
export function attributeProblem(node, name) {
    const lower = name.toLowerCase();
    if (lower.startsWith("on")) return `${name} would be a handler in text: bind @${lower.slice(2)}.`;
    if (lower === "style") return "style is for style sheets: bind a class.";
    if (lower === "srcdoc") return "srcdoc is markup.";
    if (node.localName === "script" || node.localName === "iframe") return `Nothing is bound on <${node.localName}>.`;
    return null;
}

/**
 * @param {string} name
 * @returns {string | null}
 */
export function propertyProblem(name) {
    if (REFUSED_PROPERTIES.has(name) || name.startsWith("on")) return `.${name} can run what it is given.`;
    return null;
}

/**
 * The value, or a dead address if it names a scheme that could run something.
 * @param {Element} node
 * @param {string} name
 * @param {unknown} value
 */
export function safeURL(node, name, value) {
    if (!URL_NAMES.has(name)) return value;
    const text = String(value);
    const scheme = schemeOf(text);
    if (scheme === null || SAFE_SCHEMES.has(scheme)) return value;
    const isPicture = node.localName === "img" && /^\s*data:image\/(png|svg\+xml|webp|gif|jpeg)[;,]/i.test(text);
    return isPicture ? value : NOWHERE;
}

/** @param {string} text */
function schemeOf(text) {
    // Browsers drop control characters and white space before they look for the scheme.
    const bare = [...text].filter((letter) => letter > " ").join("");
    const found = /^([a-z][a-z0-9+.-]*:)/i.exec(bare);
    return found === null ? null : found[1].toLowerCase();
}
