/// What a connection has prepared, with the name that the server knows it by.
struct StatementCache {
    struct Key: Hashable {
        var sql: String
        /// NULL takes the type of its place, so the same text may be prepared for several lists of types.
        var types: [UInt32]
    }

    private struct Entry {
        var name: String
        var used: UInt64
    }

    private var entries: [Key: Entry] = [:]
    private var clock: UInt64 = 0
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    /// The name, if the statement is prepared.
    mutating func name(of key: Key) -> String? {
        clock += 1
        entries[key]?.used = clock
        return entries[key]?.name
    }

    /// A name that none has had, for a statement that is about to be prepared; the caller adds it when it is.
    mutating func newName() -> String {
        clock += 1
        return "turn_\(clock)"
    }

    mutating func add(_ key: Key, name: String) {
        clock += 1
        entries[key] = Entry(name: name, used: clock)
    }

    /// Takes out the statement that was used longest ago when there is no room; the caller tells the server.
    mutating func makeRoom() -> String? {
        guard entries.count >= limit, let oldest = entries.min(by: { $0.value.used < $1.value.used }) else {
            return nil
        }
        return remove(oldest.key)
    }

    @discardableResult
    mutating func remove(_ key: Key) -> String? { entries.removeValue(forKey: key)?.name }

    var count: Int { entries.count }
}
