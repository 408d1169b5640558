import HQIngest
import HQServer
import QueueTestSupport
import Testing

@Suite struct AnswerTests {
    private func text(_ answer: HQAnswer) -> String { String(decoding: answer.body, as: UTF8.self) }

    @Test func aLivingProcessIsLiveWhateverElseIsWrong() {
        let answer = HQAnswer.to("GET", "/livez", Pictures.unknown)
        #expect(answer.status == 200 && text(answer) == "live\n")
    }

    @Test func itIsReadyWhenEverythingIs() {
        #expect(HQAnswer.to("GET", "/readyz", Pictures.ready()).status == 200)
    }

    @Test func aProcessWithoutIngestIsReadyWhenOthersHoldTheShards() {
        #expect(HQAnswer.to("GET", "/readyz", Pictures.ready { $0.ingest = nil }).status == 200)
    }

    static let obstacles: [(String, @Sendable (inout HQPicture) -> Void)] = [
        ("PostgreSQL: the connection is closed\n", { $0.watch.fault = "the connection is closed" }),
        ("PostgreSQL was not looked at yet\n", { $0.watch.status = nil }),
        ("PostgreSQL has not answered for 21 s\n", { $0.age = .seconds(21) }),
        ("Redis: refused\n", { $0.ingest?.redisFault = "refused" }),
        ("this ingest takes no events\n", { $0.ingest?.isServing = false }),
        ("nobody holds 4 shards\n", { $0.watch.status = Pictures.status(heldShards: 60) }),
        ("nobody holds 64 shards\n", { $0.watch.status = Pictures.status(heldShards: 0) }),
    ]

    @Test(arguments: obstacles.indices) func itIsNotReadyAndSaysWhy(index: Int) {
        let (words, change) = Self.obstacles[index]
        let answer = HQAnswer.to("GET", "/readyz", Pictures.ready(change))
        #expect(answer.status == 503 && text(answer) == words)
    }

    @Test func theStatusIsJSONWithTheSilentFirst() throws {
        let answer = HQAnswer.to("GET", "/status", Pictures.ready { $0.ingest?.redisFault = "refused" })
        #expect(answer.status == 200 && answer.contentType == "application/json")
        let json = try JSON(parsing: answer.body)
        #expect(json["branches"][0]["id"].int == 1 && json["branches"][0]["silent"].flag == true)
        #expect(json["redis_fault"].text == "refused" && json["silent"].int == 1)
    }

    @Test func aStatusThatIsNotKnownYetIsUnavailable() throws {
        let answer = HQAnswer.to("GET", "/status", Pictures.unknown)
        #expect(answer.status == 503)
        #expect(try JSON(parsing: answer.body)["code"].text == "unavailable")
    }

    @Test(arguments: ["/", "/status/", "/Status", "/livez2", ""]) func anyOtherPathIsNotFound(path: String) {
        #expect(HQAnswer.to("GET", path, Pictures.ready()).status == 404)
    }

    @Test(arguments: ["POST", "PUT", "DELETE", "OPTIONS"]) func nothingIsChangedHere(method: String) {
        let answer = HQAnswer.to(method, "/status", Pictures.ready())
        #expect(answer.status == 405 && answer.allow == "GET, HEAD")
    }
}
