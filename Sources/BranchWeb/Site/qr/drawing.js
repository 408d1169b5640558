// The square of a QR code: its fixed patterns, the way of the words through it, and the mask that reads best.

/** Centres of the alignment patterns by version. */
const ALIGNMENT = [
    [], [6, 18], [6, 22], [6, 26], [6, 30], [6, 34], [6, 22, 38], [6, 24, 42], [6, 26, 46], [6, 28, 50],
];

/** @type {Array<(row: number, column: number) => boolean>} */
const MASKS = [
    (row, column) => (row + column) % 2 === 0,
    (row) => row % 2 === 0,
    (_, column) => column % 3 === 0,
    (row, column) => (row + column) % 3 === 0,
    (row, column) => (Math.floor(row / 2) + Math.floor(column / 3)) % 2 === 0,
    (row, column) => ((row * column) % 2) + ((row * column) % 3) === 0,
    (row, column) => (((row * column) % 2) + ((row * column) % 3)) % 2 === 0,
    (row, column) => (((row + column) % 2) + ((row * column) % 3)) % 2 === 0,
];

/** Level M in the format's bits. */
const LEVEL_M = 0b00;

export class Drawing {
    /** @param {number} version */
    constructor(version) {
        this.version = version;
        this.size = 17 + 4 * version;
        /** @type {boolean[][]} */
        this.dark = square(this.size);
        /** @type {boolean[][]} Modules that no word and no mask may change. */
        this.fixed = square(this.size);
        this.drawPatterns();
    }

    /**
     * The code with the mask of the least penalty.
     * @param {number} version
     * @param {number[]} words
     */
    static best(version, words) {
        let best = square(0);
        let least = Number.POSITIVE_INFINITY;
        MASKS.forEach((mask, number) => {
            const drawing = new Drawing(version);
            drawing.fill(words, mask);
            drawing.drawFormat(number);
            const penalty = penaltyOf(drawing.dark);
            if (penalty >= least) return;
            least = penalty;
            best = drawing.dark;
        });
        return best;
    }

    /**
     * @param {number} row
     * @param {number} column
     * @param {boolean} isDark
     */
    fix(row, column, isDark) {
        if (row < 0 || column < 0 || row >= this.size || column >= this.size) return;
        this.dark[row][column] = isDark;
        this.fixed[row][column] = true;
    }

    drawPatterns() {
        for (let at = 0; at < this.size; at += 1) {
            this.fix(6, at, at % 2 === 0);
            this.fix(at, 6, at % 2 === 0);
        }
        this.drawFinder(3, 3);
        this.drawFinder(3, this.size - 4);
        this.drawFinder(this.size - 4, 3);
        const centres = ALIGNMENT[this.version - 1];
        const last = centres[centres.length - 1];
        for (const row of centres) {
            for (const column of centres) {
                const isCorner = (row === 6 && (column === 6 || column === last)) || (row === last && column === 6);
                if (!isCorner) this.drawAlignment(row, column);
            }
        }
        this.drawFormat(0);
        if (this.version >= 7) this.drawVersion();
    }

    /**
     * @param {number} row
     * @param {number} column
     */
    drawFinder(row, column) {
        for (let down = -4; down <= 4; down += 1) {
            for (let across = -4; across <= 4; across += 1) {
                const ring = Math.max(Math.abs(down), Math.abs(across));
                this.fix(row + down, column + across, ring !== 2 && ring !== 4);
            }
        }
    }

    /**
     * @param {number} row
     * @param {number} column
     */
    drawAlignment(row, column) {
        for (let down = -2; down <= 2; down += 1) {
            for (let across = -2; across <= 2; across += 1) {
                this.fix(row + down, column + across, Math.max(Math.abs(down), Math.abs(across)) !== 1);
            }
        }
    }

    /**
     * Level and mask with their BCH(15,5) check, twice.
     * @param {number} mask
     */
    drawFormat(mask) {
        const data = (LEVEL_M << 3) | mask;
        const bits = ((data << 10) | remainder(data << 10, 0x537, 10)) ^ 0x5412;
        const bit = (/** @type {number} */ at) => ((bits >> at) & 1) === 1;
        for (let at = 0; at <= 5; at += 1) this.fix(at, 8, bit(at));
        this.fix(7, 8, bit(6));
        this.fix(8, 8, bit(7));
        this.fix(8, 7, bit(8));
        for (let at = 9; at < 15; at += 1) this.fix(8, 14 - at, bit(at));
        for (let at = 0; at < 8; at += 1) this.fix(8, this.size - 1 - at, bit(at));
        for (let at = 8; at < 15; at += 1) this.fix(this.size - 15 + at, 8, bit(at));
        this.fix(this.size - 8, 8, true);
    }

    /** The version with its BCH(18,6) check, twice. */
    drawVersion() {
        const bits = (this.version << 12) | remainder(this.version << 12, 0x1f25, 12);
        for (let at = 0; at < 18; at += 1) {
            const isDark = ((bits >> at) & 1) === 1;
            const far = this.size - 11 + (at % 3);
            const near = Math.floor(at / 3);
            this.fix(far, near, isDark);
            this.fix(near, far, isDark);
        }
    }

    /**
     * Pairs of columns from the right, upwards and downwards in turn.
     * @param {number[]} words
     * @param {(row: number, column: number) => boolean} mask
     */
    fill(words, mask) {
        let at = 0;
        let isUpward = true;
        for (let right = this.size - 1; right > 0; right -= 2) {
            if (right === 6) right -= 1;
            for (let step = 0; step < this.size; step += 1) {
                const row = isUpward ? this.size - 1 - step : step;
                for (const column of [right, right - 1]) {
                    if (this.fixed[row][column]) continue;
                    const word = words[at >> 3] ?? 0;
                    const isDark = ((word >> (7 - (at & 7))) & 1) === 1;
                    this.dark[row][column] = isDark !== mask(row, column);
                    at += 1;
                }
            }
            isUpward = !isUpward;
        }
    }
}

/** @param {number} size */
function square(size) {
    return Array.from({ length: size }, () => new Array(size).fill(false));
}

/**
 * @param {number} value
 * @param {number} divisor
 * @param {number} degree
 */
function remainder(value, divisor, degree) {
    let rest = value;
    for (let at = 31; at >= degree; at -= 1) if ((rest >> at) & 1) rest ^= divisor << (at - degree);
    return rest;
}

/**
 * How hard a pattern is to read: long runs, blocks, what looks like a finder, too much of one colour.
 * @param {boolean[][]} dark
 */
function penaltyOf(dark) {
    const size = dark.length;
    const columns = dark.map((_, column) => dark.map((row) => row[column]));
    let penalty = 0;
    for (const line of [...dark, ...columns]) penalty += runPenalty(line);
    let darkCount = 0;
    for (let row = 0; row < size; row += 1) {
        for (let column = 0; column < size; column += 1) {
            const one = dark[row][column];
            if (one) darkCount += 1;
            const isBlock = row + 1 < size && column + 1 < size && one === dark[row + 1][column]
                && one === dark[row][column + 1] && one === dark[row + 1][column + 1];
            if (isBlock) penalty += 3;
        }
    }
    return penalty + Math.floor(Math.abs((darkCount * 100) / (size * size) - 50) / 5) * 10;
}

/** @param {boolean[]} line */
function runPenalty(line) {
    let penalty = 0;
    let run = 0;
    line.forEach((one, at) => {
        run = at > 0 && one === line[at - 1] ? run + 1 : 1;
        if (run === 5) penalty += 3;
        else if (run > 5) penalty += 1;
    });
    const text = line.map((one) => (one ? "1" : "0")).join("");
    for (const finder of ["10111010000", "00001011101"]) {
        for (let at = text.indexOf(finder); at >= 0; at = text.indexOf(finder, at + 1)) penalty += 40;
    }
    return penalty;
}
