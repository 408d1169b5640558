// The six digits by which an agent signs in at a counter: proposed at random, checked for what anybody would guess.

const DIGITS = 6;
/** Numbers below this are the whole ones of a random byte: taking more would favour some digits. */
const FAIR = 250;

/** A PIN that isn't trivial. */
export function proposedPIN() {
    for (;;) {
        const digits = [];
        while (digits.length < DIGITS) {
            const [byte] = crypto.getRandomValues(new Uint8Array(1));
            if (byte < FAIR) digits.push(byte % 10);
        }
        const pin = digits.join("");
        if (isPIN(pin) && !isTrivial(pin)) return pin;
    }
}

/** @param {string} pin */
export function isPIN(pin) {
    return /^[0-9]{6}$/.test(pin);
}

/**
 * All the same, a run up or down, or one pair or triple said again.
 * @param {string} pin
 */
export function isTrivial(pin) {
    const steps = [...pin].slice(1).map((digit, at) => Number(digit) - Number(pin[at]));
    if (steps.every((step) => step === steps[0] && Math.abs(step) <= 1)) return true;
    return [2, 3].some((size) => pin === pin.slice(0, size).repeat(DIGITS / size));
}
