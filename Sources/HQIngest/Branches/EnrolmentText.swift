import QueueEvents

/// The file that a new branch is given: one JSON object, as `turn-branch enrol` reads it.
package enum EnrolmentText {
    /// - Parameters:
    ///   - redisURL: without user and password, nil to leave it to the branch's own settings.
    package static func json(_ branch: RegisteredBranch, key: BranchKey, redisURL: String?) -> String {
        var lines = [
            "\"turn_enrolment\": 1", "\"branch_id\": \(branch.id)", "\"name\": \(quoted(branch.name))",
            "\"key\": \(quoted(key.text))",
        ]
        if let redisURL { lines.append("\"redis_url\": \(quoted(redisURL))") }
        lines.append("\"redis_user\": \(quoted(branch.redisUser))")
        return "{\n" + lines.map { "  " + $0 }.joined(separator: ",\n") + "\n}\n"
    }

    /// The URL without user and password, which are head office's own.
    package static func publicURL(_ url: String) -> String {
        guard let scheme = url.firstRange(of: "://"), let at = url.lastIndex(of: "@") else { return url }
        return String(url[..<scheme.upperBound] + url[url.index(after: at)...])
    }

    private static func quoted(_ text: String) -> String {
        var json = JSONText(capacity: 64)
        json.string(text)
        return json.string
    }
}
