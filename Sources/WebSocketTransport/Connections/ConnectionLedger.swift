import NIOCore
import Synchronization

/// Counts the open connections and decides which may come and which must go.
///
/// Threat: somebody opens all connections that the box can hold and leaves the counters outside. So one address gets a
/// part only, a share is for connections that have shown a valid credential, and when room gets scarce the connection
/// of a stranger that has been idle longest makes room. A newcomer without room is told 503 by ``RefusalHandler``.
final class ConnectionLedger: Sendable {
    /// What becomes of a newcomer.
    enum Admission: Sendable {
        case admitted(UInt64)
        /// Answer 503, then call ``refusalEnded()``.
        case refused
        /// There are too many refusals under way already.
        case dropped
    }

    private struct Entry {
        var connection: ClientConnection?
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
    init(cap: Int, reservedSharePercent: Int, addressCap: Int) {
        self.cap = cap
        self.strangersCap = cap - cap * min(max(reservedSharePercent, 0), 100) / 100
        self.addressCap = addressCap
    }

    /// Number of connections admitted and not removed.
    var count: Int { book.withLock { $0.entries.count } }

    /// Decides on a connection just accepted. The caller closes the evicted one, after which there is room.
    func admit(_ address: SocketAddress?) -> (admission: Admission, evicted: ClientConnection?) {
        let key = Self.key(address)
        return book.withLock { book in
            if book.isClosing { return (.dropped, nil) }
            var evicted: ClientConnection?
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

    /// Enters the connection of an admitted id, so that it can be evicted and closed.
    func enter(_ connection: ClientConnection) {
        book.withLock { $0.entries[connection.id]?.connection = connection }
    }

    /// The connection has shown a credential: it leaves the strangers' share and is not evicted any more.
    func recognise(_ id: UInt64) {
        book.withLock { book in
            guard let entry = book.entries[id], !entry.isRecognised else { return }
            book.entries[id]?.isRecognised = true
            book.strangers -= 1
        }
    }

    /// The connection is closed, or about to be. Repeating it does nothing.
    func remove(_ id: UInt64) {
        book.withLock { Self.remove(id, from: &$0) }
    }

    /// A refused connection is gone.
    func refusalEnded() {
        book.withLock { $0.refusals -= 1 }
    }

    /// Admits nobody any more.
    func startClosing() {
        book.withLock { $0.isClosing = true }
    }

    /// Every connection there is.
    var connections: [ClientConnection] {
        book.withLock { $0.entries.values.compactMap(\.connection) }
    }

    private static func evictLongestIdle(_ book: inout Book) -> ClientConnection? {
        while true {
            var candidate: (id: UInt64, since: UInt64, connection: ClientConnection)?
            for (id, entry) in book.entries where !entry.isRecognised {
                guard let connection = entry.connection, let since = connection.idleSince else { continue }
                if let candidate, candidate.since <= since { continue }
                candidate = (id, since, connection)
            }
            guard let candidate else { return nil }
            // A request may have begun since the look at the clock; then it stays and the next one is tried.
            guard candidate.connection.claimForEviction(idleSince: candidate.since) else { continue }
            remove(candidate.id, from: &book)
            return candidate.connection
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
        guard let text = address?.ipAddress, !text.hasPrefix("127."), text != "::1" else { return nil }
        return text.hasPrefix("::ffff:127.") ? nil : text
    }
}
