/// Typed replies. Each throws ``RedisError/server(_:)`` for an error of the server and ``RedisError/unexpected(_:)``
/// for a reply of another kind; nothing of a reply is ever skipped silently.
extension RedisValue {
    /// A status `OK`.
    package func expectOK(_ name: String) throws(RedisError) {
        guard case .simple("OK") = try successful() else { throw .unexpected("\(kindName) to \(name), not OK") }
    }

    /// A number, as XACK, XTRIM, XLEN, DEL, HSET and EXPIRE answer.
    package func number() throws(RedisError) -> Int64 {
        guard case .integer(let number) = try successful() else { throw .unexpected("\(kindName) for a number") }
        return number
    }

    /// TIME: the server's clock in milliseconds since 1970.
    package func timeMilliseconds() throws(RedisError) -> Int64 {
        let parts = try values("TIME")
        guard parts.count == 2, let seconds = parts[0].text.flatMap({ Int64($0) }),
            let microseconds = parts[1].text.flatMap({ Int64($0) }), (0..<1_000_000).contains(microseconds),
            (0..<Int64.max / 1_000 - 1).contains(seconds)
        else { throw .unexpected("\(kindName) for a time") }
        return seconds * 1_000 + microseconds / 1_000
    }

    /// XADD: the id, nil where there is no stream and none was to be made.
    package func addedID() throws(RedisError) -> String? {
        switch try successful() {
        case .bulk(let bytes): return String(decoding: bytes, as: UTF8.self)
        case .null: return nil
        default: throw .unexpected("\(kindName) to XADD")
        }
    }

    /// XGROUP CREATE: false when the group was there already.
    package func groupCreated() throws(RedisError) -> Bool {
        if case .error(let error) = self, error.kind == .busygroup { return false }
        try expectOK("XGROUP CREATE")
        return true
    }

    /// HGETALL: empty where there is no hash.
    package func hash() throws(RedisError) -> [String: String] {
        var hash: [String: String] = [:]
        try eachPair("HGETALL") { name, value throws(RedisError) in
            guard let text = value.text else { throw .unexpected("\(value.kindName) in a hash") }
            hash[name] = text
        }
        return hash
    }

    /// XINFO STREAM: nil where there is no stream.
    package func streamInfo() throws(RedisError) -> StreamInfo? {
        // The error of a missing key has no code of its own.
        if case .error(let error) = self, error.message == "ERR no such key" { return nil }
        var length: Int64?
        var newest: String?
        try eachPair("XINFO STREAM") { name, value throws(RedisError) in
            switch name {
            case "length": length = try value.number()
            case "last-generated-id": newest = value.text
            default: break
            }
        }
        guard let length, let newest else { throw .unexpected("no length or no newest id in XINFO STREAM") }
        return StreamInfo(length: length, lastGeneratedID: newest)
    }

    /// XREADGROUP: the streams that have entries; none when nothing came.
    package func streamReads() throws(RedisError) -> [StreamRead] {
        if case .null = self { return [] }
        var reads: [StreamRead] = []
        for stream in try values("XREADGROUP") {
            let parts = try stream.values("a stream")
            guard parts.count == 2, let key = parts[0].text else { throw .unexpected("a stream without its key") }
            reads.append(StreamRead(key: key, entries: try parts[1].entries()))
        }
        return reads
    }

    /// XAUTOCLAIM.
    package func claimedEntries() throws(RedisError) -> ClaimedEntries {
        let parts = try values("XAUTOCLAIM")
        guard parts.count >= 2, let next = parts[0].text else { throw .unexpected("\(kindName) to XAUTOCLAIM") }
        var gone: [String] = []
        if parts.count > 2 {
            for id in try parts[2].values("deleted entries") {
                guard let text = id.text else { throw .unexpected("\(id.kindName) for an entry's id") }
                gone.append(text)
            }
        }
        return ClaimedEntries(next: next, entries: try parts[1].entries(), gone: gone)
    }

    /// XPENDING with a range: the entries' ids.
    package func pendingIDs() throws(RedisError) -> [String] {
        var ids: [String] = []
        for entry in try values("XPENDING") {
            guard let id = try entry.values("a pending entry").first?.text else {
                throw .unexpected("a pending entry without its id")
            }
            ids.append(id)
        }
        return ids
    }

    private func successful() throws(RedisError) -> RedisValue {
        if case .error(let error) = self { throw .server(error) }
        return self
    }

    private func values(_ name: String) throws(RedisError) -> [RedisValue] {
        guard case .array(let values) = try successful() else { throw .unexpected("\(kindName) for \(name)") }
        return values
    }

    private func eachPair(
        _ name: String, _ body: (String, RedisValue) throws(RedisError) -> Void
    ) throws(RedisError) {
        let values = try values(name)
        guard values.count.isMultiple(of: 2) else { throw .unexpected("a name without a value in \(name)") }
        for index in stride(from: 0, to: values.count, by: 2) {
            guard let key = values[index].text else {
                throw .unexpected("\(values[index].kindName) for a name in \(name)")
            }
            try body(key, values[index + 1])
        }
    }

    private func entries() throws(RedisError) -> [StreamEntry] {
        var entries: [StreamEntry] = []
        for entry in try values("entries") {
            // Redis 6.2 shows an entry that is gone as nothing at all when it is claimed.
            if case .null = entry { continue }
            let parts = try entry.values("an entry")
            guard parts.count == 2, let id = parts[0].text else { throw .unexpected("an entry without its id") }
            entries.append(StreamEntry(id: id, fields: try parts[1].fields()))
        }
        return entries
    }

    private func fields() throws(RedisError) -> [StreamField] {
        if case .null = self { return [] }
        var fields: [StreamField] = []
        try eachPair("an entry") { name, value throws(RedisError) in
            guard case .bulk(let bytes) = value else { throw .unexpected("\(value.kindName) for a field's value") }
            fields.append(StreamField(name: name, bytes: bytes))
        }
        return fields
    }
}
