// Reads the fixed part of a template once and says what each bound value is: content, or which kind of attribute.

/**
 * `first` and `count` name the bound values, `texts` the fixed pieces around them.
 * @typedef {object} Slot
 * @property {"content" | "attribute" | "switch" | "property" | "listener" | "reference"} kind
 * @property {string} name
 * @property {number} first
 * @property {number} count
 * @property {string[]} texts
 */

/**
 * The text for the parser, and the slots by the number of their first value: a sparse list.
 * @typedef {{ text: string, slots: Slot[] }} Reading
 */

const KINDS = /** @type {const} */ ({ "@": "listener", ".": "property", "?": "switch" });
const OPENING = /([^\s"'<>/=]+)\s*=\s*("|'|)([^"'<>]*)$/;
const FORBIDDEN = /<\s*(script|style|iframe|object|embed|base|meta|link)\b/i;
const HANDLER = /<[a-z][^>]*\s(on[a-z]+|style|srcdoc)\s*=/i;

class Reader {
    /** @type {Slot[]} */
    slots = [];
    text = "";
    /** @type {{ slot: Slot, quote: string } | null} The attribute whose value is being read. */
    open = null;

    /**
     * @param {string} piece
     * @param {number | null} next the number of the value behind this piece
     */
    take(piece, next) {
        let rest = piece;
        if (this.open !== null) {
            const end = this.endOfValue(rest, this.open.quote);
            if (end < 0) {
                this.open.slot.texts.push(rest);
                if (next === null) throw new Error("A template ends inside an attribute.");
                this.open.slot.count += 1;
                return;
            }
            this.open.slot.texts.push(rest.slice(0, end));
            rest = rest.slice(end + this.open.quote.length);
            this.open = null;
        }
        if (next === null) this.text += rest;
        else if (isInTag(this.text + rest)) this.begin(rest, next);
        else this.content(rest, next);
    }

    /**
     * @param {string} text
     * @param {string} quote
     */
    endOfValue(text, quote) {
        return quote === "" ? text.search(/[\s>]|$/) : text.indexOf(quote);
    }

    /**
     * @param {string} rest
     * @param {number} next
     */
    content(rest, next) {
        this.text += `${rest}<!--slot:${next}-->`;
        this.slots[next] = { kind: "content", name: "", first: next, count: 1, texts: [] };
    }

    /**
     * @param {string} rest
     * @param {number} next
     */
    begin(rest, next) {
        const found = OPENING.exec(rest);
        if (found === null) throw new Error(`A value stands inside a tag but in no attribute: ${rest}`);
        const [whole, name, quote, before] = found;
        const slot = slotNamed(name, next);
        slot.texts.push(before);
        this.slots[next] = slot;
        // One element may have several slots: their numbers come together when the tag is read again.
        this.text += `${rest.slice(0, rest.length - whole.length)}data-slot-${next}=""`;
        this.open = { slot, quote };
    }
}

/**
 * @param {string} written
 * @param {number} first
 * @returns {Slot}
 */
function slotNamed(written, first) {
    if (written === "ref") return { kind: "reference", name: "", first, count: 1, texts: [] };
    const mark = /** @type {keyof typeof KINDS} */ (written[0]);
    const kind = KINDS[mark];
    if (kind !== undefined) return { kind, name: written.slice(1), first, count: 1, texts: [] };
    return { kind: "attribute", name: written, first, count: 1, texts: [] };
}

/** @param {string} text */
function isInTag(text) {
    const bare = text.replace(/<!--[\s\S]*?-->/g, "").replace(/"[^"<>]*"/g, '""');
    return bare.lastIndexOf("<") > bare.lastIndexOf(">");
}

/**
 * @param {TemplateStringsArray} strings
 * @returns {Reading}
 */
export function slotsOf(strings) {
    const fixed = strings.join("");
    if (FORBIDDEN.test(fixed) || HANDLER.test(fixed)) {
        throw new Error(`A template may hold no script, style or handler: ${fixed.trim().slice(0, 80)}`);
    }
    const reader = new Reader();
    strings.forEach((piece, at) => reader.take(piece, at < strings.length - 1 ? at : null));
    return { text: gathered(reader.text), slots: reader.slots };
}

/**
 * Brings the slots of each tag into one attribute.
 * @param {string} text
 */
function gathered(text) {
    return text.replace(/<[a-zA-Z][^<>]*>/g, (tag) => {
        const numbers = [...tag.matchAll(/data-slot-(\d+)=""/g)].map((found) => found[1]);
        if (numbers.length === 0) return tag;
        const bare = tag.replace(/\s*data-slot-\d+=""/g, "");
        const isClosed = bare.endsWith("/>");
        return `${bare.slice(0, isClosed ? -2 : -1)} data-slot="${numbers.join(" ")}"${isClosed ? "/>" : ">"}`;
    });
}
