/// How far head office is with a branch, as it tells the branch in the hash `ack`. Every write carries all of it.
package struct UplinkAck: Equatable, Sendable {
    /// Why the branch must do more than go on.
    package enum Refusal: Equatable, Sendable {
        /// Events are missing before what came: go on after the cursor.
        case gap
        /// What came doesn't follow from what head office has: the histories differ.
        case fork
        /// What came can't be read; it is kept as a dead letter, and somebody must look.
        case reject(String)
        /// The answer to a probe: the newest of its points that head office holds, nil = none of them.
        case ancestor(UplinkPosition?)
    }

    /// PostgreSQL's system identifier and timeline: another one means that head office was restored.
    package var incarnation: String
    /// The newest event that PostgreSQL has committed, `.none` when it has none of the branch.
    package var cursor: UplinkPosition
    /// Rises with every write, so that a stale hash is known by it.
    package var beat: Int64
    /// Head office's clock, milliseconds since 1970.
    package var hqTime: Int64
    /// Stands until a frame has been taken again.
    package var refusal: Refusal?
    /// The generation of the frame or probe that was refused or answered; 0 without one.
    package var refusedGen: Int64

    package init(
        incarnation: String, cursor: UplinkPosition, beat: Int64, hqTime: Int64, refusal: Refusal? = nil,
        refusedGen: Int64 = 0
    ) {
        self.incarnation = incarnation
        self.cursor = cursor
        self.beat = beat
        self.hqTime = hqTime
        self.refusal = refusal
        self.refusedGen = refusedGen
    }

    /// Field and value, as `HSET` takes them.
    package var fields: [(name: String, value: String)] {
        let (nack, argument) = refusal.map(Self.text(of:)) ?? ("", "")
        return [
            ("incarnation", incarnation), ("epoch", String(cursor.epoch)), ("seq", String(cursor.seq)),
            ("chain", HexText.text(cursor.chain.value)), ("beat", String(beat)), ("hq_time", String(hqTime)),
            ("nack", nack), ("nack_gen", String(refusedGen)), ("nack_arg", argument),
        ]
    }

    /// Reads the hash; nil when it is empty or a field is missing or wrong, which the next beat mends.
    package init?(fields: [String: String]) {
        guard let incarnation = fields["incarnation"], !incarnation.isEmpty,
            let cursor = UplinkPosition(
                text: "\(fields["epoch"] ?? ""):\(fields["seq"] ?? ""):\(fields["chain"] ?? "")"),
            let beat = fields["beat"].flatMap({ UplinkNumber.read($0) }),
            let hqTime = fields["hq_time"].flatMap({ UplinkNumber.read($0) }),
            let gen = UplinkNumber.read(fields["nack_gen"] ?? "0")
        else { return nil }
        self.init(incarnation: incarnation, cursor: cursor, beat: beat, hqTime: hqTime, refusedGen: gen)
        guard let nack = fields["nack"], !nack.isEmpty else { return }
        guard let refusal = Self.refusal(nack, fields["nack_arg"] ?? "") else { return nil }
        self.refusal = refusal
    }

    private static func text(of refusal: Refusal) -> (String, String) {
        switch refusal {
        case .gap: ("gap", "")
        case .fork: ("fork", "")
        case .reject(let why): ("reject", why)
        case .ancestor(let position): ("ancestor", position?.text ?? "none")
        }
    }

    private static func refusal(_ nack: String, _ argument: String) -> Refusal? {
        switch nack {
        case "gap": return .gap
        case "fork": return .fork
        case "reject": return .reject(argument)
        case "ancestor":
            if argument == "none" { return .ancestor(nil) }
            return UplinkPosition(text: argument).map { .ancestor($0) }
        default: return nil
        }
    }
}
