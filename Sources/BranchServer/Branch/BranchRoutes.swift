import BranchAccess
import BranchStore
import HTTPTypes
import Hummingbird
import QueueDomain
import QueueEvents

/// `/branch`: what an admin sets of the branch as a whole.
enum BranchRoutes {
    static let all: [Route] = [
        Route(method: .get, path: "/branch", operation: .readBranch) { call throws(Problem) in
            RowAnswer.branch(try await branch(call))
        },
        Route(method: .patch, path: "/branch", operation: .patchBranch, handle: patch),
    ]

    private static func branch(_ call: Call) async throws(Problem) -> Branch {
        guard let branch = try await call.reading({ store throws(StoreError) in try await store.branch() }) else {
            throw Problem(.serviceUnavailable, "unavailable", "The database has no branch.")
        }
        return branch
    }

    private static func patch(_ call: Call) async throws(Problem) -> Response {
        let body = try await call.body()
        let expected = try call.expected(body)
        let known = try await branch(call)
        let profile = try body.read { fields throws(FieldError) in try change(known.profile, fields) }
        let edit = BranchEdit.changeBranch(profile, expecting: expected.version ?? known.version)
        return try await call.writeRow(.edit(edit), body: body, isPrecondition: expected.isPrecondition)
    }

    private static func change(_ old: BranchProfile, _ fields: JSONFields) throws(FieldError) -> BranchProfile {
        var new = old
        new.name = try fields.optionalText("name", minLength: 1, maxLength: 60) ?? old.name
        new.timeZone =
            try fields.optionalText("time_zone", minLength: 1, maxLength: Limits.timeZone) ?? old.timeZone
        new.language =
            try fields.optionalText("language", minLength: 1, maxLength: LanguageTag.lengths.upperBound)
            ?? old.language
        new.takesNames = try fields.optionalBool("names") ?? old.takesNames
        if fields.has("purge_hours") {
            new.purgeHours = try fields.optionalInt("purge_hours", in: BranchProfile.purgeHoursBounds)
        }
        if fields.has("hours") { new.hours = try fields.optionalHours("hours") }
        new.exceptions = try fields.optionalExceptions("exceptions") ?? old.exceptions
        return new
    }
}
