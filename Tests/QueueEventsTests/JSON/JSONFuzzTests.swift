import Foundation
import QueueEvents
import Testing

/// Random documents and random damage, from printed seeds.
struct JSONFuzzTests {
    private static let rounds = 4_000

    @Test(arguments: [UInt64(1), 20_260_101, 0xDEAD_BEEF])
    func whatIsAcceptedMeansTheSameToFoundation(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var accepted = 0
        for round in 0..<Self.rounds {
            var bytes = Array(RandomDocument.text(depth: 4, &random).utf8)
            if round.isMultiple(of: 2) { damage(&bytes, &random) }
            guard let ours = read(bytes) else { continue }
            accepted += 1
            let theirs = try? JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)
            #expect(isSame(ours, theirs), "seed \(seed), round \(round): \(String(decoding: bytes, as: UTF8.self))")
        }
        // Every undamaged document is valid, so at least half must have come through.
        #expect(accepted >= Self.rounds / 2)
    }

    @Test(arguments: [UInt64(7), 77])
    func noBytesAtAllBringTheReaderDown(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let alphabet = Array(#"{}[]:,"\u0123456789eE+-. tfn"#.utf8) + [0x00, 0x80, 0xC2, 0xE2, 0xED, 0xF0, 0xFF]
        for _ in 0..<20_000 {
            let count = Int(random.next() % 24)
            let bytes = (0..<count).map { _ in alphabet[Int(random.next() % UInt64(alphabet.count))] }
            if let error = fault(bytes) { #expect((0...bytes.count).contains(error.offset)) }
        }
    }

    private func read(_ bytes: [UInt8]) -> JSONValue? {
        // Whether it is refused is the question here, not why.
        try? JSONReader.parse(bytes)
    }

    private func fault(_ bytes: [UInt8]) -> JSONSyntaxError? {
        do throws(JSONSyntaxError) {
            _ = try JSONReader.parse(bytes)
            return nil
        } catch {
            return error
        }
    }

    private func damage(_ bytes: inout [UInt8], _ random: inout SeededRandom) {
        for _ in 0...(random.next() % 3) where !bytes.isEmpty {
            let index = Int(random.next() % UInt64(bytes.count))
            switch random.next() % 5 {
            case 0: bytes[index] = UInt8(truncatingIfNeeded: random.next())
            case 1: bytes.remove(at: index)
            case 2: bytes.insert(UInt8(truncatingIfNeeded: random.next()), at: index)
            case 3: bytes.removeSubrange(index...)
            default: bytes.insert(contentsOf: bytes[index...].prefix(Int(random.next() % 8)), at: index)
            }
        }
    }

    private func isSame(_ ours: JSONValue, _ theirs: Any?) -> Bool {
        switch ours {
        case .null: theirs is NSNull
        case .bool(let flag): (theirs as? Bool) == flag
        case .integer(let integer): (theirs as? NSNumber)?.int64Value == integer
        // Foundation rounds twice, once as a decimal: its doubles may be a few steps beside the nearest.
        case .number(let number):
            (theirs as? NSNumber).map { abs($0.doubleValue - number) <= 4 * number.ulp } ?? false
        case .string(let text): (theirs as? String) == text
        case .array(let elements):
            (theirs as? [Any]).map { $0.count == elements.count && zip(elements, $0).allSatisfy { isSame($0, $1) } }
                ?? false
        case .object(let object):
            (theirs as? [String: Any]).map { dictionary in
                dictionary.count == object.members.count
                    && object.members.allSatisfy { isSame($0.value, dictionary[$0.key]) }
            } ?? false
        }
    }
}

/// SplitMix64: small, and the same on every machine.
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// Valid documents of every shape.
private enum RandomDocument {
    private static let texts = [
        "", "a", "queue_id", "é", "😀", #"\n\"\\"#, #"\u20ac"#, #"\uD83D\uDE00"#, "a rather long text, longer than any",
    ]
    private static let numbers = [
        "0", "-0", "1", "-17", "3.25", "1e3", "-2.5E-3", "1.0", "9223372036854775807", "0.1", "123456789.123456789",
    ]
    private static let spaces = ["", "", "", " ", "\n\t", "\r\n "]

    static func text(depth: Int, _ random: inout SeededRandom) -> String {
        let space = pick(spaces, &random)
        switch random.next() % (depth > 0 ? 8 : 5) {
        case 0: return space + "null"
        case 1: return pick(["true", "false"], &random) + space
        case 2, 3: return space + pick(numbers, &random)
        case 4: return "\"" + pick(texts, &random) + "\""
        case 5:
            let elements = (0..<random.next() % 4).map { _ in text(depth: depth - 1, &random) }
            return "[" + space + elements.joined(separator: space + ",") + "]"
        default:
            let members = (0..<random.next() % 5).map { index in
                "\"k\(index)" + pick(texts, &random) + "\"" + space + ":" + text(depth: depth - 1, &random)
            }
            return "{" + members.joined(separator: "," + space) + space + "}"
        }
    }

    private static func pick(_ choices: [String], _ random: inout SeededRandom) -> String {
        choices[Int(random.next() % UInt64(choices.count))]
    }
}
