import QueueEvents

/// What a branch may do in Redis: the publisher's commands, on its own keys.
package enum RedisAccess {
    /// What the publisher sends, and the reserved keys' reading. Also of Redis 6.2, which knows no `%R~`.
    private static let commands = [
        "auth", "ping", "select", "time", "xadd", "xtrim", "xgroup|create", "xinfo|stream", "hgetall", "hset", "expire",
    ]

    /// The user's line as `ACL SETUSER` and `users.acl` take it, without the word `user` where the former is meant.
    /// - Parameter keyHash: SHA-256 of the key's text.
    package static func line(branch: Int64, user: String, keyHash: [UInt8]) -> String {
        let keys = UplinkKeys(branch: branch)
        let own = [keys.up, keys.ack, keys.heartbeat, keys.down, keys.configuration]
        let password = keyHash.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
        let parts =
            ["user", user, "reset", "on", "#" + password] + own.map { "~" + $0 } + ["resetchannels", "-@all"]
            + commands.map { "+" + $0 }
        return parts.joined(separator: " ")
    }
}

extension UplinkKeys {
    /// Commands to the branch and its configuration; reserved.
    fileprivate var down: String { "turn:down:" + tag }
    fileprivate var configuration: String { "turn:cfg:" + tag }
    private var tag: String { String(up.dropFirst("turn:up:".count)) }
}
