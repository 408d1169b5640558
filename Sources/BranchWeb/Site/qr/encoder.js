// QR codes (ISO/IEC 18004): byte mode, level M, versions 1 to 10, which is up to 213 bytes. An address fits.

import { errorWords } from "./reedsolomon.js";
import { Drawing } from "./drawing.js";

/** Level M by version: error words per block, then blocks of the first and second group with their data words. */
const BLOCKS = [
    [10, 1, 16, 0, 0], [16, 1, 28, 0, 0], [26, 1, 44, 0, 0], [18, 2, 32, 0, 0], [24, 2, 43, 0, 0],
    [16, 4, 27, 0, 0], [18, 4, 31, 0, 0], [22, 2, 38, 2, 39], [22, 3, 36, 2, 37], [26, 4, 43, 1, 44],
];

/**
 * The modules of a code, row by row; true is dark.
 * @param {string} content
 * @returns {boolean[][]}
 */
export function encode(content) {
    const bytes = new TextEncoder().encode(content);
    const version = BLOCKS.findIndex((_, at) => bytes.length <= roomOf(at + 1)) + 1;
    if (version === 0) throw new RangeError(`A code of version 10 holds ${roomOf(10)} bytes, not ${bytes.length}.`);
    const words = interleaved(dataWords(bytes, version), version);
    return Drawing.best(version, words);
}

/** @param {number} version */
function dataWordCount(version) {
    const [, first, firstSize, second, secondSize] = BLOCKS[version - 1];
    return first * firstSize + second * secondSize;
}

/**
 * Bytes of content that a version holds: mode takes 4 bits, the length 8, or 16 from version 10 on.
 * @param {number} version
 */
function roomOf(version) {
    return Math.floor((dataWordCount(version) * 8 - 4 - lengthBits(version)) / 8);
}

/** @param {number} version */
function lengthBits(version) {
    return version < 10 ? 8 : 16;
}

/**
 * @param {Uint8Array} bytes
 * @param {number} version
 */
function dataWords(bytes, version) {
    /** @type {number[]} */
    const bits = [];
    const put = (/** @type {number} */ value, /** @type {number} */ count) => {
        for (let at = count - 1; at >= 0; at -= 1) bits.push((value >> at) & 1);
    };
    put(0b0100, 4);
    put(bytes.length, lengthBits(version));
    for (const byte of bytes) put(byte, 8);
    const room = dataWordCount(version) * 8;
    put(0, Math.min(4, room - bits.length));
    put(0, (8 - (bits.length % 8)) % 8);
    const words = [];
    for (let at = 0; at < bits.length; at += 8) words.push(parseInt(bits.slice(at, at + 8).join(""), 2));
    for (let pad = 0xec; words.length < room / 8; pad ^= 0xec ^ 0x11) words.push(pad);
    return words;
}

/**
 * The words of all blocks, one of each in turn, then the error words in the same way.
 * @param {number[]} words
 * @param {number} version
 */
function interleaved(words, version) {
    const [errorCount, first, firstSize, second, secondSize] = BLOCKS[version - 1];
    const sizes = [...new Array(first).fill(firstSize), ...new Array(second).fill(secondSize)];
    let from = 0;
    const blocks = sizes.map((size) => {
        from += size;
        return words.slice(from - size, from);
    });
    const errors = blocks.map((block) => errorWords(block, errorCount));
    return [...inTurn(blocks), ...inTurn(errors)];
}

/** @param {number[][]} blocks */
function inTurn(blocks) {
    const mixed = [];
    const longest = Math.max(...blocks.map((block) => block.length));
    for (let at = 0; at < longest; at += 1) {
        for (const block of blocks) if (at < block.length) mixed.push(block[at]);
    }
    return mixed;
}
