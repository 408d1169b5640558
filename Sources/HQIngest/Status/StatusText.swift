import QueueEvents

/// The status for people, and as JSON.
extension HQStatus {
    /// One line for the whole, then one a branch, at most `HQIngestLimits.shownBranches` of them.
    package var lines: [String] {
        let enabled = branches.count { $0.isEnabled }
        var lines = [
            "\(enabled) branch\(enabled == 1 ? "" : "es"), \(silent) silent, "
                + "\(branches.reduce(0) { $0 + $1.events }) events held, "
                + "\(branches.reduce(0) { $0 + $1.deadLetters }) dead letters, schema \(schema)"
        ]
        if let redisFault { lines.append("Redis can't be used: \(redisFault)") }
        if unheldShards > 0 { lines.append("nobody takes the events of \(unheldShards) shards: is turn-hq ingest up?") }
        lines += owners.sorted { $0.key < $1.key }.map { "ingest \($0.key) holds \($0.value) shards" }
        for branch in branches.prefix(HQIngestLimits.shownBranches) { lines.append(line(branch)) }
        let left = branches.count - HQIngestLimits.shownBranches
        if left > 0 { lines.append("and \(left) more; --json shows all") }
        return lines
    }

    private func line(_ branch: BranchStatus) -> String {
        var parts = ["event \(branch.seq) of epoch \(branch.epoch)"]
        if branch.events == 0 { parts = ["no event yet"] }
        if let at = branch.lastEventAt { parts.append("the newest of \(UTCText.text(milliseconds: at))") }
        if let silence = branch.silence(at: now) { parts.append("heard \(SpanText.text(silence)) ago") }
        if !branch.isEnabled { parts.append("disabled") }
        parts += branch.remarks
        let concerns = branch.concerns(at: now)
        let sign = concerns.isEmpty ? " " : "!"
        let text = (concerns.map { $0.uppercasedFirst } + parts).joined(separator: ", ")
        return "\(sign) \(branch.id) \(branch.name): \(text)"
    }

    /// One line of JSON. `pending` is null: only the branch knows what it has not sent.
    package var json: [UInt8] {
        var text = JSONText(capacity: 512 + 512 * branches.count)
        text.beginObject()
        text.instant("now", now)
        text.member("schema", schema)
        text.member("silent", silent)
        text.member("unheld_shards", unheldShards)
        text.member("redis_fault", redisFault)
        text.key("ingests")
        text.beginArray()
        for (owner, shards) in owners.sorted(by: { $0.key < $1.key }) {
            text.beginObject()
            text.member("owner", owner)
            text.member("shards", shards)
            text.endObject()
        }
        text.endArray()
        text.key("branches")
        text.beginArray()
        for branch in branches { write(branch, into: &text) }
        text.endArray()
        text.endObject()
        return text.bytes
    }

    private func write(_ branch: BranchStatus, into text: inout JSONText) {
        text.beginObject()
        text.member("id", branch.id)
        text.member("name", branch.name)
        text.member("enabled", branch.isEnabled)
        text.member("silent", branch.isSilent(at: now))
        text.member("epoch", branch.epoch)
        text.member("seq", branch.seq)
        text.member("events", branch.events)
        text.member("pending", Int64?.none)
        text.member("history_from", branch.baseline)
        text.instant("last_event_at", branch.lastEventAt)
        text.instant("last_taken_at", branch.lastTakenAt)
        text.instant("heard_at", branch.heardAt)
        text.member("heartbeat_age", branch.silence(at: now)?.components.seconds)
        text.member("dead_letters", branch.deadLetters)
        text.member("shard", branch.shard)
        text.member("shard_owner", branch.shardOwner)
        text.key("concerns")
        text.beginArray()
        for concern in branch.concerns(at: now) { text.string(concern) }
        text.endArray()
        text.endObject()
    }
}

extension RegisteredBranch {
    /// One line of JSON for a list of branches.
    package static func json(_ branches: [RegisteredBranch]) -> [UInt8] {
        var text = JSONText(capacity: 128 * (branches.count + 1))
        text.beginArray()
        for branch in branches {
            text.beginObject()
            text.member("id", branch.id)
            text.member("name", branch.name)
            text.member("enabled", branch.isEnabled)
            text.member("redis_user", branch.redisUser)
            text.instant("created_at", branch.createdAt)
            text.endObject()
        }
        text.endArray()
        return text.bytes
    }

    /// For people.
    package var line: String {
        "\(id) \(name)\(isEnabled ? "" : " (disabled)"), since \(UTCText.text(milliseconds: createdAt))"
    }
}

extension String {
    fileprivate var uppercasedFirst: String { prefix(1).uppercased() + dropFirst() }
}
