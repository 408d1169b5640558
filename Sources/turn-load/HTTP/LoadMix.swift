import ArgumentParser

/// A kind of request.
enum LoadKind: String, CaseIterable, Sendable {
    case issue, call, complete, reserve, list, get
}

/// Kinds with weights, dealt out evenly: with issue=2,call=1 every third request is a call, so that a line neither
/// grows nor shrinks by chance.
struct LoadMix: Sendable {
    private var entries: [(kind: LoadKind, weight: Int, credit: Int)]
    private let total: Int

    init(_ weights: [(LoadKind, Int)]) {
        entries = weights.map { ($0.0, $0.1, 0) }
        total = weights.reduce(0) { $0 + $1.1 }
    }

    /// Reads `issue=4,call=1`.
    init(parsing text: String) throws {
        var weights: [(LoadKind, Int)] = []
        for part in text.split(separator: ",") {
            let pair = part.split(separator: "=", maxSplits: 1)
            guard pair.count == 2, let kind = LoadKind(rawValue: String(pair[0])), kind != .get,
                let weight = Int(pair[1]), (0...1_000).contains(weight)
            else { throw ValidationError("--mix: \"\(part)\" is not KIND=WEIGHT with a weight of 0 to 1000.") }
            if weight > 0 { weights.append((kind, weight)) }
        }
        guard !weights.isEmpty else { throw ValidationError("--mix names no kind.") }
        self.init(weights)
    }

    /// The kind whose turn it is.
    mutating func next() -> LoadKind {
        var best = 0
        for index in entries.indices {
            entries[index].credit += entries[index].weight
            if entries[index].credit > entries[best].credit { best = index }
        }
        entries[best].credit -= total
        return entries[best].kind
    }

    /// Every kind of the mix, for when the one whose turn it is cannot be sent.
    var kinds: [LoadKind] { entries.map(\.kind) }
}
