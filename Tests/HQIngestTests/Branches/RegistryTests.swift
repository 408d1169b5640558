import HQIngest
import PostgresDriver
import QueueTestSupport
import Testing

extension SchemaSuite {
    @Suite struct RegistryTests {
        @Test func aNewBranchHasANumberAUserAndAKeyOfItsOwn() async throws {
            try await SchemaSuite.withDatabase { connection, _ in
                let (first, second, stored) = try await connection.perform { session in
                    let first = try BranchRegistry.add("North Street", session)
                    let second = try BranchRegistry.add("東京", session)
                    let stored = try session.execute(
                        "SELECT key_hash = sha256(convert_to($1, 'UTF8')) FROM branch WHERE id = $2",
                        [.text(first.1.text), .int(first.0.id)])
                    return (first, second, try stored[0].bool(0))
                }
                #expect(first.0.id == 1 && second.0.id == 2)
                #expect(first.0.redisUser == "turn-branch-1" && first.0.isEnabled)
                #expect(first.1.text != second.1.text && first.1.text.utf8.count == 43)
                #expect(stored)
            }
        }

        @Test func aNameIsUsedOnce() async throws {
            try await SchemaSuite.withDatabase { connection, _ in
                let error = await #expect(throws: PostgresError.self) {
                    try await connection.perform { session in
                        _ = try BranchRegistry.add("North", session)
                        _ = try BranchRegistry.add("North", session)
                    }
                }
                #expect(error?.cause as? RegistryError == .nameTaken("North"))
            }
        }

        @Test(arguments: ["", String(repeating: "x", count: 61), "a\nb", "a\u{0}b"])
        func whatIsNoNameIsRefused(name: String) async throws {
            try await SchemaSuite.withDatabase { connection, _ in
                let error = await #expect(throws: PostgresError.self) {
                    try await connection.perform { _ = try BranchRegistry.add(name, $0) }
                }
                #expect(error?.cause as? RegistryError == .name)
            }
        }

        @Test(arguments: ["North", "1"]) func aBranchIsDisabledByNameOrNumber(text: String) async throws {
            try await SchemaSuite.withDatabase { connection, _ in
                let (branch, list, lines) = try await connection.perform { session in
                    _ = try BranchRegistry.add("North", session)
                    let branch = try BranchRegistry.disable(text, session)
                    return (branch, try BranchRegistry.list(session), try BranchRegistry.accessLines(session))
                }
                #expect(!branch.isEnabled && list == [branch] && lines.isEmpty)
            }
        }

        @Test func aNameGoesBeforeANumber() async throws {
            try await SchemaSuite.withDatabase { connection, _ in
                let branch = try await connection.perform { session in
                    _ = try BranchRegistry.add("North", session)
                    _ = try BranchRegistry.add("1", session)
                    return try BranchRegistry.disable("1", session)
                }
                #expect(branch.name == "1" && branch.id == 2)
            }
        }

        @Test func anUnknownBranchIsNamed() async throws {
            try await SchemaSuite.withDatabase { connection, _ in
                let error = await #expect(throws: PostgresError.self) {
                    try await connection.perform { _ = try BranchRegistry.disable("nowhere", $0) }
                }
                #expect(error?.cause as? RegistryError == .unknown("nowhere"))
            }
        }

        @Test(arguments: [
            ("redis://127.0.0.1:6379", "redis://127.0.0.1:6379"),
            ("rediss://hq:s3cret@r.example:6380/2", "rediss://r.example:6380/2"),
            ("rediss://default:p@ss@r.example", "rediss://r.example"),
        ])
        func anEnrolmentHoldsNoneOfHeadOfficesSecrets(url: String, shown: String) async throws {
            try await SchemaSuite.withDatabase { connection, _ in
                let (branch, key) = try await connection.perform { try BranchRegistry.add("Say \"A\"", $0) }
                let text = EnrolmentText.json(branch, key: key, redisURL: EnrolmentText.publicURL(url))
                let json = try JSON(parsing: text.utf8)
                #expect(json["turn_enrolment"].int == 1 && json["branch_id"].int == 1)
                #expect(json["name"].text == "Say \"A\"" && json["key"].text == key.text)
                #expect(json["redis_url"].text == shown && json["redis_user"].text == "turn-branch-1")
            }
        }
    }
}
