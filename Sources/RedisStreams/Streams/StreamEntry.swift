/// One field of a stream entry.
package struct StreamField: Sendable, Equatable {
    package var name: String
    package var bytes: [UInt8]

    package init(name: String, bytes: [UInt8]) {
        self.name = name
        self.bytes = bytes
    }
}

/// One entry of a stream.
package struct StreamEntry: Sendable, Equatable {
    /// As Redis writes it: `<milliseconds>-<number>`.
    package var id: String
    /// In the order in which they were added. Empty only when the entry was deleted or trimmed while it was pending.
    package var fields: [StreamField]

    package init(id: String, fields: [StreamField]) {
        self.id = id
        self.fields = fields
    }

    /// The bytes of the first field of that name.
    package subscript(name: String) -> [UInt8]? { fields.first { $0.name == name }?.bytes }
}

/// What a read brought of one stream.
package struct StreamRead: Sendable, Equatable {
    package var key: String
    package var entries: [StreamEntry]

    package init(key: String, entries: [StreamEntry]) {
        self.key = key
        self.entries = entries
    }
}

/// What XINFO STREAM says.
package struct StreamInfo: Sendable, Equatable {
    /// Entries that the stream holds.
    package var length: Int64
    /// The newest id that was ever added, `0-0` in a new stream; also after the entry was trimmed.
    package var lastGeneratedID: String

    package init(length: Int64, lastGeneratedID: String) {
        self.length = length
        self.lastGeneratedID = lastGeneratedID
    }
}

/// Pending entries that were taken over from other consumers.
package struct ClaimedEntries: Sendable, Equatable {
    /// Where the next claim goes on; `0-0` when all pending entries were looked at.
    package var next: String
    package var entries: [StreamEntry]
    /// Ids that were pending and are deleted or trimmed; Redis 7 has dropped them from the group, 6.2 names none.
    package var gone: [String]

    package init(next: String, entries: [StreamEntry], gone: [String] = []) {
        self.next = next
        self.entries = entries
        self.gone = gone
    }
}
