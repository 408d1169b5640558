// Reads the block style of YAML in which the interface is described: maps, lists, plain and quoted scalars over
// several lines, folded and literal blocks, empty {} and []. Anchors, tags and other flow collections are refused.

/** @typedef {{ indent: number, text: string, number: number, isEmpty: boolean }} Line */

const KEY = /^("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s'"#][^#]*?|[^\s'"#])\s*:(?:\s+(.*)|)$/;

export class YAMLError extends Error {}

/**
 * @param {string} source
 * @returns {any}
 */
export function readYAML(source) {
    const reader = new BlockReader(source);
    const value = reader.node(0);
    if (reader.peek() !== null) throw reader.fault("stands outside of what was begun");
    return value;
}

class BlockReader {
    /** @type {Line[]} */
    #lines;
    #at = 0;

    /** @param {string} source */
    constructor(source) {
        this.#lines = source.split(/\r?\n/).map((whole, at) => {
            const text = whole.trim();
            return { indent: whole.length - whole.trimStart().length, text: whole.trimStart(), number: at + 1,
                isEmpty: text === "" || text.startsWith("#") };
        });
    }

    /** The next line that says something. */
    peek() {
        while (this.#at < this.#lines.length && this.#lines[this.#at].isEmpty) this.#at += 1;
        return this.#lines[this.#at] ?? null;
    }

    /** @param {string} why */
    fault(why) {
        const line = this.#lines[this.#at];
        return new YAMLError(`Line ${line?.number ?? "end"} ${why}: ${line?.text ?? ""}`);
    }

    /**
     * @param {number} indent at least
     * @returns {any}
     */
    node(indent) {
        const line = this.peek();
        if (line === null || line.indent < indent) return null;
        if (isItem(line.text)) return this.list(line.indent);
        if (KEY.test(line.text)) return this.map(line.indent);
        this.#at += 1;
        return this.scalar(line.text.trimEnd(), line.indent - 1);
    }

    /** @param {number} indent */
    list(indent) {
        const items = [];
        for (let line = this.peek(); line !== null && line.indent === indent && isItem(line.text); line = this.peek()) {
            const rest = line.text.slice(1).trimStart();
            if (rest === "") {
                this.#at += 1;
                items.push(this.node(indent + 1));
                continue;
            }
            // What follows the dash is a node of its own, as deep as it stands.
            line.indent += line.text.length - rest.length;
            line.text = rest;
            items.push(this.node(line.indent));
        }
        return items;
    }

    /** @param {number} indent */
    map(indent) {
        /** @type {Record<string, any>} */
        const members = {};
        for (let line = this.peek(); line !== null && line.indent === indent; line = this.peek()) {
            const found = KEY.exec(line.text);
            if (found === null || isItem(line.text)) break;
            const name = /^["']/.test(found[1]) ? quoted(found[1]) : found[1];
            if (Object.hasOwn(members, name)) throw this.fault("says something twice");
            this.#at += 1;
            members[name] = this.member((found[2] ?? "").trimEnd(), indent);
        }
        const next = this.peek();
        if (next !== null && next.indent > indent) throw this.fault("is too deep");
        return members;
    }

    /**
     * @param {string} rest what stands behind the colon
     * @param {number} indent
     */
    member(rest, indent) {
        if (rest !== "" && !rest.startsWith("#")) return this.scalar(rest, indent);
        const next = this.peek();
        if (next === null) return null;
        // A list may stand as deep as its name.
        if (next.indent === indent && isItem(next.text)) return this.list(indent);
        return next.indent > indent ? this.node(indent + 1) : null;
    }

    /**
     * @param {string} first
     * @param {number} indent of what it belongs to
     */
    scalar(first, indent) {
        if (/^[|>][-+]?$/.test(first)) return this.block(first, indent);
        if (first === "{}") return {};
        if (first === "[]") return [];
        if (/^[&*!{[|>%@`]/.test(first)) throw this.fault("uses what this reader doesn't know");
        let whole = first;
        const quote = /^["']/.test(first) ? first[0] : null;
        while (quote === null || !isClosed(whole, quote)) {
            const line = quote === null ? this.peek() : this.#lines[this.#at] ?? null;
            if (line === null || (line.indent <= indent && !line.isEmpty)) {
                if (quote === null) break;
                throw this.fault("ends inside quotes");
            }
            if (quote === null && KEY.test(line.text)) throw this.fault("is too deep");
            this.#at += 1;
            whole += ` ${line.text.trim()}`;
        }
        return quote === null ? plain(whole.replace(/\s+#.*$/, "")) : quoted(whole.replace(/\s+#[^"']*$/, ""));
    }

    /**
     * @param {string} mark
     * @param {number} indent
     */
    block(mark, indent) {
        /** @type {Array<{ indent: number, text: string }>} */
        const taken = [];
        for (let line = this.#lines[this.#at]; line !== undefined; line = this.#lines[this.#at]) {
            if (line.text !== "" && line.indent <= indent) break;
            taken.push(line);
            this.#at += 1;
        }
        const depth = Math.min(...taken.filter((line) => line.text !== "").map((line) => line.indent));
        const texts = taken.map((line) => " ".repeat(Math.max(0, line.indent - depth)) + line.text.trimEnd());
        while (texts.at(-1)?.trim() === "") texts.pop();
        const joined = mark.startsWith("|") ? texts.join("\n") : folded(texts);
        return mark.endsWith("-") ? joined : `${joined}\n`;
    }
}

/** @param {string} text */
function isItem(text) {
    return text === "-" || text.startsWith("- ");
}

/** @param {string[]} texts */
function folded(texts) {
    return texts.map((text) => text.trim()).join(" ").replace(/ {2,}/g, "\n");
}

/**
 * @param {string} whole
 * @param {string} quote
 */
function isClosed(whole, quote) {
    const inside = whole.slice(1);
    const pattern = quote === '"' ? /^(?:[^"\\]|\\.)*"\s*(#.*)?$/ : /^(?:[^']|'')*'\s*(#.*)?$/;
    return pattern.test(inside);
}

/** @param {string} whole */
function quoted(whole) {
    const text = whole.trim();
    const inside = text.slice(1, -1);
    if (text[0] === "'") return inside.replaceAll("''", "'");
    return inside.replace(/\\(u[0-9a-fA-F]{4}|.)/g, (_, code) => {
        if (code[0] === "u") return String.fromCharCode(parseInt(code.slice(1), 16));
        return { n: "\n", t: "\t", r: "\r", 0: "\0" }[/** @type {string} */ (code)] ?? code;
    });
}

/** @param {string} text */
function plain(text) {
    if (text === "" || text === "~" || text === "null") return null;
    if (text === "true" || text === "false") return text === "true";
    if (/^[-+]?(\d+|\d*\.\d+)([eE][-+]?\d+)?$/.test(text)) return Number(text);
    return text;
}
