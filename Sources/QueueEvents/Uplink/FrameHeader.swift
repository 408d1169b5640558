/// What a frame says about the events in it: the entry's field `h`, a JSON object.
package struct FrameHeader: Equatable, Sendable {
    /// How the field `d` is written.
    package enum Codec: String, CaseIterable, Sendable {
        /// The events' bodies, one a line.
        case plain
        /// The same through zlib (RFC 1950).
        case deflate
    }

    /// The last event before an epoch that began later than the branch: what both histories share.
    package struct Parent: Equatable, Sendable {
        package var epoch: Int64
        package var chain: EventChain

        package init(epoch: Int64, chain: EventChain) {
            self.epoch = epoch
            self.chain = chain
        }
    }

    package var codec: Codec
    package var branch: Int64
    package var epoch: Int64
    /// Eight random bytes that name the epoch.
    package var lineage: UInt64
    package var firstSeq: Int64
    package var lastSeq: Int64
    /// The chain's link before the first event.
    package var previousChain: EventChain
    /// Of an epoch's first frame only.
    package var parent: Parent?
    /// The first event is the oldest that the branch still keeps and nothing before it will ever come: head office
    /// takes it without a history, and says so.
    package var isBaseline: Bool

    package init(
        codec: Codec, branch: Int64, epoch: Int64, lineage: UInt64, firstSeq: Int64, lastSeq: Int64,
        previousChain: EventChain, parent: Parent? = nil, isBaseline: Bool = false
    ) {
        self.codec = codec
        self.branch = branch
        self.epoch = epoch
        self.lineage = lineage
        self.firstSeq = firstSeq
        self.lastSeq = lastSeq
        self.previousChain = previousChain
        self.parent = parent
        self.isBaseline = isBaseline
    }

    /// How many events the frame says it has.
    package var count: Int { Int(lastSeq - firstSeq + 1) }

    /// The field `h`.
    package var text: [UInt8] {
        var text = JSONText(capacity: 256)
        text.beginObject()
        text.member("v", Self.version)
        text.member("codec", codec.rawValue)
        text.member("branch", branch)
        text.member("epoch", epoch)
        text.member("lineage", HexText.text(lineage))
        text.member("first", firstSeq)
        text.member("last", lastSeq)
        text.member("prev", HexText.text(previousChain.value))
        if let parent {
            text.member("parent_epoch", parent.epoch)
            text.member("parent_chain", HexText.text(parent.chain.value))
        }
        if isBaseline { text.member("baseline", true) }
        text.endObject()
        return text.bytes
    }

    /// Reads the field `h`.
    /// - Throws: `FrameError` when it is no header, of a newer version, or beyond `UplinkLimits`.
    package init(_ bytes: [UInt8]) throws(FrameError) {
        guard bytes.count <= UplinkLimits.headerBytes else { throw FrameError("a header of \(bytes.count) bytes") }
        do throws(FieldError) {
            try self.init(JSONFields(bytes))
        } catch {
            throw FrameError("a header that can't be read: \(error.message)")
        }
        guard firstSeq <= lastSeq, lastSeq - firstSeq < Int64(UplinkLimits.frameEvents) else {
            throw FrameError("a frame of events \(firstSeq) to \(lastSeq)")
        }
    }

    private init(_ fields: JSONFields) throws(FieldError) {
        guard try fields.int("v", in: 1...Int(Int32.max)) == Self.version else {
            throw .notAllowed("v", "version \(Self.version)")
        }
        codec = try fields.choice("codec")
        branch = try fields.id("branch")
        epoch = try Self.number(fields, "epoch", below: UplinkLimits.epochs)
        lineage = try Self.hex(fields, "lineage")
        firstSeq = try Self.number(fields, "first", below: UplinkLimits.sequences)
        lastSeq = try Self.number(fields, "last", below: UplinkLimits.sequences)
        previousChain = EventChain(value: try Self.hex(fields, "prev"))
        isBaseline = try fields.optionalBool("baseline") ?? false
        if fields.has("parent_epoch") {
            parent = Parent(
                epoch: try Self.number(fields, "parent_epoch", below: UplinkLimits.epochs),
                chain: EventChain(value: try Self.hex(fields, "parent_chain")))
        }
    }

    private static let version = 1

    private static func number(_ fields: JSONFields, _ name: String, below: Int64) throws(FieldError) -> Int64 {
        let value = try fields.id(name)
        guard value < below else { throw .notAllowed(name, "a number below \(below)") }
        return value
    }

    private static func hex(_ fields: JSONFields, _ name: String) throws(FieldError) -> UInt64 {
        guard let value = HexText.value(try fields.text(name, maxLength: 16)) else {
            throw .notAllowed(name, "16 hex digits")
        }
        return value
    }
}

/// Why an entry of a stream is no frame.
package struct FrameError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What was found, as part of a sentence.
    package let found: String

    package init(_ found: String) { self.found = found }

    package var description: String { found }
}
