import BranchStore
import Foundation
import QueueEvents

/// Where the log was, in a file beside the database: a database that was put back from a copy is older than it.
///
/// A hint and no proof: the file may be lost or belong to another database. Head office's answer at the handshake
/// decides; the mark only makes sure that it is asked.
struct HistoryMark: Equatable, Sendable {
    var seq: Int64
    var chain: EventChain

    static func path(in directory: String) -> String { directory + "/uplink.mark" }

    /// - Returns: nil when there is none, or nothing that can be read.
    static func read(in directory: String) -> HistoryMark? {
        guard let bytes = FileManager.default.contents(atPath: path(in: directory)), bytes.count < 64,
            let point = UplinkPosition(text: String(decoding: bytes, as: UTF8.self))
        else { return nil }
        return HistoryMark(seq: point.seq, chain: point.chain)
    }

    /// Whether the log has the marked event. One that was pruned can't be asked any more.
    func agrees(with history: UplinkHistory, in store: BranchStore) async throws(StoreError) -> Bool {
        if seq > history.head.seq { return false }
        guard let known = try await store.chainLinks(at: [seq]).first else { return true }
        return known.chain == chain
    }

    /// Writes the mark now and then.
    struct Writer: Sendable {
        let directory: String
        private var last: Duration?

        init(directory: String) { self.directory = directory }

        /// - Parameter now: by a clock that only goes forward.
        mutating func write(at now: Duration, from store: BranchStore) async {
            if let last, now - last < UplinkServiceLimits.markPause { return }
            last = now
            // A mark that can't be written is an older one, which agrees as well.
            guard let head = try? await store.uplinkHistory().head else { return }
            let text = UplinkPosition(epoch: 0, seq: head.seq, chain: head.chain).text
            let path = HistoryMark.path(in: directory)
            // The same holds here.
            try? text.write(toFile: path, atomically: true, encoding: .utf8)
        }
    }
}
