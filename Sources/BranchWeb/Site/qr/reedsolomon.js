// Reed-Solomon error words over GF(256) with the polynomial x^8 + x^4 + x^3 + x^2 + 1, as QR codes use them.

const POLYNOMIAL = 0x11d;
const POWERS = new Uint8Array(512);
const LOGARITHMS = new Uint8Array(256);

for (let power = 0, value = 1; power < 255; power += 1) {
    POWERS[power] = value;
    POWERS[power + 255] = value;
    LOGARITHMS[value] = power;
    value <<= 1;
    if (value > 255) value ^= POLYNOMIAL;
}

/**
 * @param {number} one
 * @param {number} other
 */
function times(one, other) {
    return one === 0 || other === 0 ? 0 : POWERS[LOGARITHMS[one] + LOGARITHMS[other]];
}

/**
 * The product of (x − 2^i) for i below the count, highest power first and without its leading 1.
 * @param {number} count
 */
function generator(count) {
    let factors = [1];
    for (let at = 0; at < count; at += 1) {
        const next = [...factors, 0];
        factors.forEach((factor, place) => {
            next[place + 1] ^= times(factor, POWERS[at]);
        });
        factors = next;
    }
    return factors.slice(1);
}

/**
 * @param {number[]} block
 * @param {number} count
 * @returns {number[]}
 */
export function errorWords(block, count) {
    const divisor = generator(count);
    const rest = new Array(count).fill(0);
    for (const word of block) {
        const factor = word ^ rest[0];
        rest.shift();
        rest.push(0);
        divisor.forEach((value, at) => {
            rest[at] ^= times(value, factor);
        });
    }
    return rest;
}
