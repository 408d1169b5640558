package import NIOCore
import Synchronization

/// Counts the open connections and decides which may come and which must go.
///
/// Threat: somebody opens all connections that the box can hold and leaves the counters outside. So one address gets a
/// part only, a share is for connections that have shown a valid credential, and when room gets scarce the connection
/// of a stranger that has been idle longest makes room. A newcomer without room is told 503 by ``RefusalHandler``.
package final class ConnectionLedger: Sendable {
    /// What becomes of a newcomer.
    package enum Admission: Sendable {
        case admitted(UInt64)
        /// Answer 503, then call ``refusalEnded()``.
        case refused
        /// There are too many refusals under way already.
        case dropped
    }

    private struct Entry {
        var channel: (any Channel)?
        var idleness: Idleness?
        var address: String?
        var isRecognised = false
    }

    private struct Book {
        var entries: [UInt64: Entry] = [:]
        var perAddress: [String: Int] = [:]
        var strangers = 0
        var refusals = 0
        var lastID: UInt64 = 0
        var isClosing = false
    }

    private let cap: Int
    private let strangersCap: Int
    private let addressCap: Int
    /// Guards the book. Held for a dictionary access; for a walk over all entries only when there is no room.
    private let book = Mutex(Book())

    /// - Parameters:
    ///   - cap: connections at the same time.
    ///   - reservedSharePercent: part of them that strangers never get, 0…100.
    ///   - addressCap: connections of one address that is not loopback.
    package init(cap: Int, reservedSharePercent: Int, addressCap: Int) {
        self.cap = cap
        self.strangersCap = cap - cap * min(max(reservedSharePercent, 0), 100) / 100
        self.addressCap = addressCap
    }

    /// Number of connections admitted and not removed.
    package var count: Int { book.withLock { $0.entries.count } }

    /// Decides on a connection just accepted. The caller closes the evicted one, after which there is room.
    package func admit(_ address: SocketAddress?) -> (admission: Admission, evicted: (any Channel)?) {
        let key = Self.key(address)
        return book.withLock { book in
            if book.isClosing { return (.dropped, nil) }
            var evicted: (any Channel)?
            let ofAddress = key.map { book.perAddress[$0, default: 0] } ?? 0
            var hasRoom = ofAddress < addressCap
            if hasRoom, book.strangers >= strangersCap || book.entries.count >= cap {
                evicted = Self.evictLongestIdle(&book)
                hasRoom = evicted != nil
            }
            guard hasRoom else {
                guard book.refusals < Limits.refusalsInProgress else { return (.dropped, nil) }
                book.refusals += 1
                return (.refused, nil)
            }
            book.lastID += 1
            book.entries[book.lastID] = Entry(address: key)
            book.strangers += 1
            if let key { book.perAddress[key] = ofAddress + 1 }
            return (.admitted(book.lastID), evicted)
        }
    }

    /// Enters what belongs to an admitted id, so that it can be evicted and closed.
    package func enter(_ id: UInt64, channel: any Channel, idleness: Idleness) {
        book.withLock { book in
            book.entries[id]?.channel = channel
            book.entries[id]?.idleness = idleness
        }
    }

    /// The connection has shown a credential: it leaves the strangers' share and is not evicted any more.
    package func recognise(_ id: UInt64) {
        book.withLock { book in
            guard let entry = book.entries[id], !entry.isRecognised else { return }
            book.entries[id]?.isRecognised = true
            book.strangers -= 1
        }
    }

    /// The connection is closed, or about to be. Repeating it does nothing.
    package func remove(_ id: UInt64) {
        book.withLock { Self.remove(id, from: &$0) }
    }

    /// A refused connection is gone.
    package func refusalEnded() {
        book.withLock { $0.refusals -= 1 }
    }

    /// Admits nobody any more.
    package func startClosing() {
        book.withLock { $0.isClosing = true }
    }

    /// The channel of every connection there is.
    package var channels: [any Channel] {
        book.withLock { $0.entries.values.compactMap(\.channel) }
    }

    private static func evictLongestIdle(_ book: inout Book) -> (any Channel)? {
        while true {
            var longest: (id: UInt64, since: UInt64, idleness: Idleness, channel: any Channel)?
            for (id, entry) in book.entries where !entry.isRecognised {
                guard let channel = entry.channel, let idleness = entry.idleness, let since = idleness.since else {
                    continue
                }
                if let longest, longest.since <= since { continue }
                longest = (id, since, idleness, channel)
            }
            guard let longest else { return nil }
            // A request may have begun since the look at it; then it stays and the next one is tried.
            guard longest.idleness.claim(since: longest.since) else { continue }
            remove(longest.id, from: &book)
            return longest.channel
        }
    }

    private static func remove(_ id: UInt64, from book: inout Book) {
        guard let entry = book.entries.removeValue(forKey: id) else { return }
        if !entry.isRecognised { book.strangers -= 1 }
        guard let address = entry.address, let count = book.perAddress[address] else { return }
        book.perAddress[address] = count > 1 ? count - 1 : nil
    }

    /// The address as a key; nil for loopback and for sockets without one.
    private static func key(_ address: SocketAddress?) -> String? {
        ClientAddress.isLoopback(address) ? nil : ClientAddress.text(address)
    }
}
