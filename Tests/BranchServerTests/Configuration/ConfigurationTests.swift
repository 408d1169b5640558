import BranchServer
import BranchStore
import HTTPTypes
import NIOCore
import QueueDomain
import QueueTestSupport
import Synchronization
import Testing

@Suite struct ConfigurationTests {
    private static let yaml = [("Content-Type", "application/yaml")]

    @Test func theFileIsAnAttachmentThatNobodyKeeps() async throws {
        try await BranchFixture.run { branch in
            let answer = try await branch.get("/configuration", as: .admin)
            #expect(answer.status == 200 && answer.text == "branch: {}\n")
            #expect(answer.header("Content-Type") == "application/yaml")
            #expect(answer.header("Content-Disposition") == "attachment; filename=\"turn-branch.yaml\"")
            #expect(answer.header("Cache-Control") == "no-store")
        }
    }

    @Test func aFileIsHandedOnWithItsCallerAndAnsweredByItsChanges() async throws {
        // Guards what was asked.
        let asked = Mutex<[(String, Actor, Bool)]>([])
        let exchange = ConfigurationExchange(text: { "" }) { yaml, actor, dryRun in
            asked.withLock { $0.append((yaml, actor, dryRun)) }
            return [.init(action: "change", kind: "queue", name: "Cash", fields: ["cap", "hours"])]
        }
        try await BranchFixture.run({ $0.configuration = exchange }) { branch in
            let text = ByteBuffer(string: "queues: []")
            for (query, dryRun) in [("", false), ("?dry_run=true", true), ("?dry_run=false", false)] {
                let answer = try await branch.send(
                    .post, "/configuration\(query)", as: .admin, bytes: text, fields: Self.yaml)
                #expect(answer.status == 200, "\(answer.text)")
                #expect(
                    answer.json == [
                        "dry_run": .bool(dryRun),
                        "changes": [
                            ["action": "change", "kind": "queue", "name": "Cash", "fields": ["cap", "hours"]]
                        ],
                    ])
            }
            let wrong = try await branch.send(
                .post, "/configuration?dry_run=1", as: .admin, bytes: text, fields: Self.yaml)
            #expect(wrong.status == 400 && wrong.json["field"] == "dry_run")
            let all = asked.withLock { $0 }
            #expect(all.map(\.0) == Array(repeating: "queues: []", count: 3))
            #expect(all.map(\.2) == [false, true, false])
            #expect(all.allSatisfy { $0.1.role == .admin && $0.1.id == branch.tokenID(.admin) })
        }
    }

    @Test func onlyYAMLInUTF8IsRead() async throws {
        try await BranchFixture.run { branch in
            let json = try await branch.post("/configuration", as: .admin, [:])
            #expect(json.status == 415 && json.code == "unsupported_media_type")
            let latin = try await branch.send(
                .post, "/configuration", as: .admin, bytes: ByteBuffer(bytes: [0x61, 0xE9]), fields: Self.yaml)
            #expect(latin.status == 400 && latin.code == "bad_request")
        }
    }

    @Test func aFileOfTheBodysBoundIsReadAndOneByteMoreIsNot() async throws {
        try await BranchFixture.run { branch in
            for (bytes, status) in [(65_536, 200), (65_537, 413)] {
                let text = ByteBuffer(string: "#" + String(repeating: "x", count: bytes - 1))
                try await branch.send(.post, "/configuration", as: .admin, bytes: text, fields: Self.yaml)
                    .expect(status)
            }
        }
    }

    @Test(
        arguments: [
            (.invalid("configuration.yaml:3: queues[1].cap: it must be a whole number"), 400, "invalid_configuration"),
            (.refused("Ada: agent_in_use"), 409, "configuration_refused"), (.unavailable("why"), 503, "unavailable"),
        ] as [(ConfigurationExchange.Refusal, Int, String)])
    func whatIsRefusedSaysWhy(_ refusal: ConfigurationExchange.Refusal, _ status: Int, _ code: String) async throws {
        let exchange = ConfigurationExchange(
            text: { () throws(ConfigurationExchange.Refusal) in throw .unavailable("why") },
            take: { _, _, _ throws(ConfigurationExchange.Refusal) in throw refusal })
        try await BranchFixture.run({ $0.configuration = exchange }) { branch in
            let answer = try await branch.send(
                .post, "/configuration", as: .admin, bytes: ByteBuffer(string: "a: b"), fields: Self.yaml)
            #expect(answer.status == status && answer.code == code)
            switch refusal {
            case .invalid(let sentence), .refused(let sentence): #expect(answer.json["detail"].text == sentence)
            // The cause is for the log.
            case .unavailable: #expect(answer.json["detail"].text?.contains("why") == false)
            }
            try await branch.get("/configuration", as: .admin).expect(503)
        }
    }
}
