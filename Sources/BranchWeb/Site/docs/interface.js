// The description of the interface as the page shows it: operations by subject, fields with their limits, examples.

/**
 * @typedef {object} Field
 * @property {string} name
 * @property {number} depth
 * @property {string} type
 * @property {string} limits
 * @property {boolean} isNeeded
 * @property {string} words
 */

/** @typedef {{ status: string, words: string, fields: Field[], codes: string[] }} Reply */
/** @typedef {Field & { where: string }} Parameter */

/**
 * @typedef {object} Operation
 * @property {string} id
 * @property {string} method
 * @property {string} path
 * @property {string} tag
 * @property {string} summary
 * @property {string} words
 * @property {string[] | null} roles null = anyone
 * @property {Parameter[]} parameters
 * @property {Field[]} body
 * @property {unknown} example
 * @property {Reply[]} replies
 */

const METHODS = ["get", "post", "put", "patch", "delete"];
/** How deep the fields of a body are shown. */
const DEEPEST = 4;

export class Interface {
    /** @param {any} tree */
    constructor(tree) {
        this.tree = tree;
        this.title = String(tree.info?.title ?? "");
        this.words = String(tree.info?.description ?? "");
        /** @type {Operation[]} */
        this.operations = [];
        for (const [path, item] of Object.entries(tree.paths ?? {})) {
            for (const method of METHODS) {
                if (item[method] !== undefined) this.operations.push(this.operation(path, method, item));
            }
        }
    }

    /** Tags in their order with their operations. */
    subjects() {
        const named = /** @type {Array<{ name: string, description?: string }>} */ (this.tree.tags ?? []);
        const names = new Set([...named.map((tag) => tag.name), ...this.operations.map((one) => one.tag)]);
        return [...names].map((name) => ({
            name,
            words: named.find((tag) => tag.name === name)?.description ?? "",
            operations: this.operations.filter((one) => one.tag === name),
        })).filter((subject) => subject.operations.length > 0);
    }

    /**
     * @param {any} node
     * @returns {any}
     */
    resolved(node) {
        let current = node;
        for (let hops = 0; current?.$ref !== undefined && hops < 10; hops += 1) {
            const { $ref: target, ...beside } = current;
            const steps = String(target).replace(/^#\//, "").split("/");
            const found = steps.reduce((/** @type {any} */ at, step) => at?.[step.replaceAll("~1", "/")], this.tree);
            current = { ...found, ...beside };
        }
        return current ?? {};
    }

    /**
     * @param {string} path
     * @param {string} method
     * @param {any} item
     * @returns {Operation}
     */
    operation(path, method, item) {
        const described = item[method];
        const named = [...(item.parameters ?? []), ...(described.parameters ?? [])];
        const content = this.resolved(described.requestBody ?? {}).content;
        const schema = content?.["application/json"]?.schema;
        const isOpen = Array.isArray(described.security) && described.security.length === 0;
        return {
            id: String(described.operationId ?? `${method} ${path}`),
            method: method.toUpperCase(),
            path,
            tag: String(described.tags?.[0] ?? ""),
            summary: String(described.summary ?? ""),
            words: String(described.description ?? ""),
            roles: isOpen ? null : described["x-roles"] ?? null,
            parameters: named.map((one) => this.parameter(one)),
            body: schema === undefined ? [] : this.fields(schema),
            example: schema === undefined ? (content === undefined ? undefined : "") : this.example(schema, 0),
            replies: Object.entries(described.responses ?? {}).map(([status, reply]) => this.reply(status, reply)),
        };
    }

    /**
     * @param {any} node
     * @returns {Parameter}
     */
    parameter(node) {
        const one = this.resolved(node);
        const field = this.field(String(one.name), one.schema ?? {}, one.required === true, 0);
        return { ...field, where: String(one.in ?? ""), words: String(one.description ?? field.words) };
    }

    /**
     * @param {string} status
     * @param {any} node
     * @returns {Reply}
     */
    reply(status, node) {
        const one = this.resolved(node);
        const good = one.content?.["application/json"]?.schema;
        const problem = one.content?.["application/problem+json"]?.schema;
        return { status, words: String(one.description ?? ""), fields: good === undefined ? [] : this.fields(good),
            codes: problem === undefined ? [] : this.codes(problem) };
    }

    /**
     * @param {any} schema
     * @returns {string[]}
     */
    codes(schema) {
        const merged = this.merged(schema);
        const code = merged.properties.code ?? {};
        return (code.enum ?? (code.const === undefined ? [] : [code.const])).map(String);
    }

    /**
     * A schema with what it is put together from.
     * @param {any} schema
     */
    merged(schema) {
        const whole = this.resolved(schema);
        /** @type {{ properties: Record<string, any>, required: string[] }} */
        const all = { properties: {}, required: [] };
        for (const part of [...(whole.allOf ?? []), ...(whole.anyOf ?? whole.oneOf ?? []).slice(0, 1)]) {
            const merged = this.merged(part);
            Object.assign(all.properties, merged.properties);
            all.required.push(...merged.required);
        }
        Object.assign(all.properties, whole.properties ?? {});
        all.required.push(...(whole.required ?? []));
        return all;
    }

    /**
     * The fields of an object, or of the objects in a list, as lines.
     * @param {any} schema
     * @param {number} [depth]
     * @returns {Field[]}
     */
    fields(schema, depth = 0) {
        const whole = this.resolved(schema);
        if (depth >= DEEPEST) return [];
        if (whole.type === "array") return this.fields(whole.items ?? {}, depth);
        const { properties, required } = this.merged(whole);
        return Object.entries(properties).flatMap(([name, property]) => [
            this.field(name, property, required.includes(name), depth),
            ...this.fields(property, depth + 1),
        ]);
    }

    /**
     * @param {string} name
     * @param {any} schema
     * @param {boolean} isNeeded
     * @param {number} depth
     * @returns {Field}
     */
    field(name, schema, isNeeded, depth) {
        const whole = this.resolved(schema);
        return { name, depth, isNeeded, type: this.typeOf(whole), limits: limitsOf(whole),
            words: String(whole.description ?? "") };
    }

    /**
     * @param {any} schema
     * @returns {string}
     */
    typeOf(schema) {
        const whole = this.resolved(schema);
        if (whole.anyOf ?? whole.oneOf) {
            const types = (whole.anyOf ?? whole.oneOf).map((/** @type {any} */ one) => this.typeOf(one));
            return [...new Set(types)].join(" | ");
        }
        if (whole.const !== undefined) return JSON.stringify(whole.const);
        if (whole.type === "array") return `${this.typeOf(whole.items ?? {})}[]`;
        const types = [whole.type ?? (whole.enum === undefined ? "object" : "string")].flat();
        return types.map((type) => (type === "string" && whole.format ? whole.format : type)).join(" | ");
    }

    /**
     * A value that fits, for the example.
     * @param {any} schema
     * @param {number} depth
     * @returns {unknown}
     */
    example(schema, depth) {
        const whole = this.resolved(schema);
        if (whole.example !== undefined) return whole.example;
        if (whole.const !== undefined) return whole.const;
        if (whole.enum !== undefined) return whole.enum[0];
        const type = [whole.type ?? "object"].flat()[0];
        if (type === "integer" || type === "number") return Math.max(1, whole.minimum ?? 1);
        if (type === "boolean") return true;
        if (type === "array") return depth < DEEPEST ? [this.example(whole.items ?? {}, depth + 1)] : [];
        if (type === "string") return whole.format === "date-time" ? "2026-01-31T09:00:00Z" : "…";
        const { properties, required } = this.merged(whole);
        const names = required.length > 0 ? required : Object.keys(properties).slice(0, 2);
        return Object.fromEntries(names.map((name) => [name, this.example(properties[name] ?? {}, depth + 1)]));
    }
}

/** @param {any} schema */
function limitsOf(schema) {
    /** @type {string[]} */
    const limits = [];
    if (schema.enum !== undefined) limits.push(schema.enum.map(String).join(", "));
    if (schema.minimum !== undefined || schema.maximum !== undefined) {
        const isHuge = (schema.maximum ?? Number.POSITIVE_INFINITY) > Number.MAX_SAFE_INTEGER;
        limits.push(isHuge ? `≥ ${schema.minimum ?? 0}` : `${schema.minimum ?? "…"} – ${schema.maximum}`);
    }
    if (schema.maxLength !== undefined) limits.push(`${schema.minLength ?? 0} – ${schema.maxLength} characters`);
    if (schema.maxItems !== undefined) limits.push(`≤ ${schema.maxItems} items`);
    if (schema.pattern !== undefined && !schema.pattern.includes("u0000")) limits.push(schema.pattern);
    if (schema.default !== undefined) limits.push(`default ${schema.default}`);
    return limits.join("; ");
}

/**
 * How the operation is called from a shell.
 * @param {Operation} operation
 * @param {string} origin
 */
export function curlFor(operation, origin) {
    const needed = operation.parameters.filter((one) => one.where === "query" && one.isNeeded);
    const query = needed.map((one) => `${one.name}=1`);
    const path = operation.path.replace(/\{(\w+)\}/g, (_, name) => (name === "token" ? "TOKEN" : "1"));
    const url = `${origin}${path}${query.length > 0 ? `?${query.join("&")}` : ""}`;
    const lines = [`curl ${operation.method === "GET" ? "" : `-X ${operation.method} `}'${url}'`];
    if (operation.roles !== null) lines.push(`-H "Authorization: Bearer $TOKEN"`);
    if (operation.parameters.some((one) => one.name === "Idempotency-Key")) {
        lines.push(`-H "Idempotency-Key: $(cat /proc/sys/kernel/random/uuid)"`);
    }
    if (operation.example !== undefined) {
        lines.push("-H 'Content-Type: application/json'", `-d '${JSON.stringify(operation.example)}'`);
    }
    return lines.join(" \\\n  ");
}

/**
 * Whether an operation has all the words that are looked for.
 * @param {Operation} operation
 * @param {string} sought
 */
export function matches(operation, sought) {
    const words = sought.toLowerCase().split(/\s+/).filter((word) => word !== "");
    const fields = [...operation.parameters, ...operation.body].map((field) => field.name);
    const codes = operation.replies.flatMap((reply) => reply.codes);
    const place = [operation.method, operation.path, operation.id, operation.summary, operation.words, operation.tag,
        ...fields, ...codes].join(" ").toLowerCase();
    return words.every((word) => place.includes(word));
}
