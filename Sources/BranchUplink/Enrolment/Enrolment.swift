import Foundation
import QueueEvents
import RedisStreams

/// What head office gives a branch once: who it is, and the way to Redis.
///
/// The text is one JSON object, as `turn-hq branch add` prints it. It holds a secret: the branch keeps it in a file
/// that only its own user reads.
package struct Enrolment: Equatable, Sendable {
    /// Head office's number of the branch.
    package var branch: Int64
    /// Head office's name of the branch, for people.
    package var name: String
    /// The password of ``redisUser``: 32 random bytes in base64url.
    package var key: String
    /// `redis://` or `rediss://` without user and password; nil = the branch's setting `uplink.redis_url` says it.
    package var redisURL: String?
    package var redisUser: String

    package init(branch: Int64, name: String, key: String, redisURL: String?, redisUser: String) {
        self.branch = branch
        self.name = name
        self.key = key
        self.redisURL = redisURL
        self.redisUser = redisUser
    }

    /// Reads the text.
    /// - Throws: `EnrolmentFault` that names the field and what is allowed.
    package init(_ text: [UInt8]) throws(EnrolmentFault) {
        guard text.count <= UplinkServiceLimits.enrolmentBytes else {
            throw EnrolmentFault("more than \(UplinkServiceLimits.enrolmentBytes) bytes are no enrolment")
        }
        do throws(FieldError) {
            let fields = try JSONFields(text)
            guard try fields.int("turn_enrolment", in: 1...Int(Int32.max)) == Self.version else {
                throw .notAllowed("turn_enrolment", "version \(Self.version); this one needs a newer turn-branch")
            }
            branch = try fields.id("branch_id")
            name = try fields.text("name", minLength: 1, maxLength: 60)
            key = try fields.text("key", minLength: 43, maxLength: 43)
            redisURL = try fields.optionalText("redis_url", minLength: 1, maxLength: 500)
            redisUser = try fields.text("redis_user", minLength: 1, maxLength: 60)
        } catch {
            throw EnrolmentFault(error.message)
        }
        if let redisURL {
            do {
                _ = try RedisAddress(url: redisURL)
            } catch {
                throw EnrolmentFault("redis_url: \(error)")
            }
        }
    }

    /// The text, in lines for people.
    package var text: String {
        var lines = [
            "\"turn_enrolment\": \(Self.version)", "\"branch_id\": \(branch)", "\"name\": \(Self.quoted(name))",
            "\"key\": \(Self.quoted(key))",
        ]
        if let redisURL { lines.append("\"redis_url\": \(Self.quoted(redisURL))") }
        lines.append("\"redis_user\": \(Self.quoted(redisUser))")
        return "{\n" + lines.map { "  " + $0 }.joined(separator: ",\n") + "\n}\n"
    }

    private static let version = 1

    private static func quoted(_ text: String) -> String {
        var json = JSONText(capacity: 64)
        json.string(text)
        return json.string
    }
}

extension Enrolment: CustomStringConvertible, CustomReflectable {
    /// Without the key, so that no log shows it by accident.
    package var description: String { "enrolment of branch \(branch) (\(name))" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

/// Why an enrolment can't be used.
package struct EnrolmentFault: Error, Equatable, Sendable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}
