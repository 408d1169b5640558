import Dispatch
package import QueueEvents
package import RedisStreams

/// One entry of a branch's stream, decoded.
package struct ArrivedEntry: Sendable {
    /// What stands in the entry.
    package enum Content: Sendable {
        case entry(UplinkEntry)
        case unreadable(FrameError)
        /// It was trimmed while it was pending: only to be acknowledged.
        case gone
    }

    /// As Redis has it, with the fields as they came, for the dead letters.
    package let raw: StreamEntry
    /// The publisher's generation, 0 when the id isn't one of ours.
    package let gen: Int64
    package let content: Content

    /// Decodes an entry; what can't be decoded is a value too.
    /// - Parameter branch: the one whose stream it was read from.
    package init(_ raw: StreamEntry, branch: Int64) {
        self.raw = raw
        let id = FrameID(text: raw.id)
        gen = id?.gen ?? 0
        guard !raw.fields.isEmpty else {
            content = .gone
            return
        }
        do throws(FrameError) {
            guard let id else { throw FrameError("an entry with the id \(raw.id)") }
            content = .entry(
                try UplinkEntry(id: id, fields: raw.fields.map { ($0.name, $0.bytes) }, branch: branch))
        } catch {
            content = .unreadable(error)
        }
    }

    /// An entry that is too long to be read: its id is all that is known.
    package init(tooLong id: String) {
        raw = StreamEntry(id: id, fields: [])
        gen = FrameID(text: id)?.gen ?? 0
        content = .unreadable(FrameError("an entry that no reply can hold"))
    }

    /// Events in it.
    var events: Int {
        if case .entry(.frame(let frame)) = content { frame.events.count } else { 0 }
    }
}

/// Entries of one branch in the stream's order.
package struct ArrivedBranch: Sendable {
    package let branch: Int64
    package var entries: [ArrivedEntry]

    package init(branch: Int64, entries: [ArrivedEntry]) {
        self.branch = branch
        self.entries = entries
    }

    /// Cuts what arrived into portions of about so many events, each for one transaction; a frame stays whole, and a
    /// branch's frames stay in their order.
    /// - Returns: portions with their branches ascending, as cursor rows are locked.
    package static func portions(_ arrived: [ArrivedBranch], events limit: Int) -> [[ArrivedBranch]] {
        var portions: [[ArrivedBranch]] = []
        var portion: [ArrivedBranch] = []
        var events = 0
        for branch in arrived.sorted(by: { $0.branch < $1.branch }) {
            var part = ArrivedBranch(branch: branch.branch, entries: [])
            for entry in branch.entries {
                if events > 0, events + entry.events > limit {
                    if !part.entries.isEmpty { portion.append(part) }
                    portions.append(portion)
                    (portion, part.entries, events) = ([], [], 0)
                }
                part.entries.append(entry)
                events += entry.events
            }
            if !part.entries.isEmpty { portion.append(part) }
        }
        if !portion.isEmpty { portions.append(portion) }
        return portions
    }
}

/// Decodes entries on a thread of its own, beside the transaction that stores the ones before: inflating and reading
/// thousands of events would hold up everything else on the cooperative pool.
struct EntryReading: Sendable {
    private let thread = DispatchQueue(label: "turn.ingest.frames", qos: .userInitiated)

    func decode(_ reads: [BranchRead]) async -> [ArrivedBranch] {
        if reads.isEmpty { return [] }
        return await withCheckedContinuation { continuation in
            thread.async {
                continuation.resume(
                    returning: reads.map { read in
                        ArrivedBranch(
                            branch: read.branch,
                            entries: read.entries.map { entry in
                                read.isTooLong
                                    ? ArrivedEntry(tooLong: entry.id) : ArrivedEntry(entry, branch: read.branch)
                            })
                    })
            }
        }
    }
}
