// Queues to begin with, by what the branch is. Their names come from the catalogue: they are there in every language.

/** @typedef {{ word: string, prefix: string, target: number }} Proposal target in minutes */

/** @type {Record<string, { icon: import("../widgets/icons.js").IconName, counters: number, queues: Proposal[] }>} */
export const TEMPLATES = {
    bank: {
        icon: "branch", counters: 4,
        queues: [
            { word: "cash", prefix: "C", target: 5 },
            { word: "accounts", prefix: "A", target: 10 },
            { word: "loans", prefix: "L", target: 15 },
        ],
    },
    clinic: {
        icon: "shield", counters: 3,
        queues: [
            { word: "reception", prefix: "R", target: 5 },
            { word: "doctor", prefix: "D", target: 20 },
            { word: "laboratory", prefix: "B", target: 15 },
        ],
    },
    municipality: {
        icon: "people", counters: 5,
        queues: [
            { word: "passports", prefix: "P", target: 15 },
            { word: "residence", prefix: "M", target: 15 },
            { word: "vehicles", prefix: "V", target: 20 },
            { word: "pickup", prefix: "K", target: 5 },
        ],
    },
    shop: {
        icon: "phone", counters: 3,
        queues: [
            { word: "advice", prefix: "A", target: 10 },
            { word: "repair", prefix: "R", target: 15 },
            { word: "collect", prefix: "C", target: 5 },
        ],
    },
};

/** How many letters tell queues apart. */
const LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ";

/**
 * A prefix that no other queue has.
 * @param {string[]} taken
 */
export function freePrefix(taken) {
    const single = [...LETTERS].find((letter) => !taken.includes(letter));
    return single ?? [...LETTERS].map((letter) => `Q${letter}`).find((pair) => !taken.includes(pair)) ?? "";
}

/**
 * The names of the templates' queues in every language.
 * @param {string[]} tags
 * @returns {Promise<Record<string, Record<string, string>>>} by word, then by language
 */
export async function proposedNames(tags) {
    /** @type {Record<string, Record<string, string>>} */
    const names = {};
    await Promise.all(tags.map(async (tag) => {
        const answer = await fetch(new URL(`../texts/${tag}/setup.json`, import.meta.url));
        if (!answer.ok) return;
        for (const [key, words] of Object.entries(await answer.json())) {
            const word = /^setup\.queue\.(\w+)$/.exec(key)?.[1];
            if (word !== undefined) names[word] = { ...names[word], [tag]: words };
        }
    }));
    return names;
}
