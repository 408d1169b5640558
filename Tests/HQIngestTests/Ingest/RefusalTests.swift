import HQIngest
import QueueEvents
import QueueTestSupport
import RedisStreams
import Testing

extension IngestSuite {
    @Suite("Frames that are refused") struct RefusalTests {
        @Test("A gap is refused with the cursor, and what follows the cursor heals it")
        func gap() async throws {
            try await IngestBench.run { bench in
                var branch = try await bench.branch()
                branch.write(30)
                try await bench.withIngest { service async throws in
                    try await branch.send([branch.frame(1...10), branch.frame(21...30)], bench.redis)
                    #expect(try await bench.refuses(branch, .gap, gen: 1))
                    #expect(try await bench.ack(branch)?.cursor == branch.position(10))
                    #expect(try await eventually { try await bench.left(branch) == (0, 0) })
                    branch.gen = 2
                    try await branch.send(branch.frames(from: 11), bench.redis)
                    #expect(try await bench.reaches(branch, 30))
                    #expect(try await bench.ack(branch)?.refusal == nil)
                    #expect(service.status.counts.gaps == 1)
                }
            }
        }

        @Test("A first frame that isn't the first is refused with an empty cursor")
        func emptyCursor() async throws {
            try await IngestBench.run { bench in
                var branch = try await bench.branch()
                branch.write(10)
                try await bench.withIngest { _ async throws in
                    try await branch.send([branch.frame(5...10)], bench.redis)
                    #expect(try await bench.refuses(branch, .gap, gen: 1))
                    #expect(try await bench.ack(branch)?.cursor == UplinkPosition.none)
                }
            }
        }

        @Test("Another history under the same numbers is refused, its probe is answered, and its new epoch is taken")
        func fork() async throws {
            try await IngestBench.run { bench in
                var branch = try await bench.branch()
                branch.write(20)
                try await bench.withIngest { _ async throws in
                    try await branch.send(branch.frames(), bench.redis)
                    #expect(try await bench.reaches(branch, 20))
                    let lost = branch
                    branch.cut(after: 12)
                    branch.write(10, mark: "restored")
                    branch.gen = 2
                    try await branch.send([branch.frame(21...22)], bench.redis)
                    #expect(try await bench.refuses(branch, .fork, gen: 2))
                    #expect(try await bench.stored(branch).count == 20)
                    branch.gen = 3
                    let asked = [22, 21, 20, 18, 12, 1].map { branch.position($0) }
                    try await branch.send([branch.probe(asked)], bench.redis)
                    let ancestor = branch.position(12)
                    #expect(try await bench.refuses(branch, .ancestor(ancestor), gen: 3))
                    (branch.epoch, branch.lineage, branch.gen) = (2, 0xbeef, 4)
                    let parent = FrameHeader.Parent(epoch: 1, chain: ancestor.chain)
                    try await branch.send([branch.frame(13...20, parent: parent), branch.frame(21...22)], bench.redis)
                    #expect(try await bench.reaches(branch, 22))
                    #expect(try await bench.stored(branch) == lost.expected(1...20) + branch.expected(13...22))
                    #expect(try await bench.ack(branch)?.refusal == nil)
                }
            }
        }

        @Test("A publisher of an epoch that was left behind is refused, and what it sent is kept as a dead letter")
        func superseded() async throws {
            try await IngestBench.run { bench in
                var branch = try await bench.branch()
                branch.write(10)
                try await bench.withIngest { _ async throws in
                    try await branch.send(branch.frames(), bench.redis)
                    #expect(try await bench.reaches(branch, 10))
                    var clone = branch
                    let parent = FrameHeader.Parent(epoch: 1, chain: branch.position(10).chain)
                    branch.write(5, mark: "new")
                    (branch.epoch, branch.lineage, branch.gen) = (2, 0xbeef, 2)
                    try await branch.send([branch.frame(11...15, parent: parent)], bench.redis)
                    #expect(try await bench.reaches(branch, 15))
                    clone.write(5, mark: "clone")
                    clone.gen = 3
                    try await clone.send([clone.frame(11...15)], bench.redis)
                    #expect(try await bench.refuses(branch, .fork, gen: 3))
                    #expect(try await bench.stored(branch).count == 15)
                    #expect(
                        try await bench.number("SELECT count(*) FROM dead_letter WHERE reason = 'superseded'") == 1)
                }
            }
        }

        @Test("The oldest event that a branch still keeps begins its history here, and the anchor is kept")
        func baseline() async throws {
            try await IngestBench.run { bench in
                var branch = try await bench.branch()
                branch.write(50)
                branch.prune(through: 40)
                try await bench.withIngest { _ async throws in
                    try await branch.send(
                        [branch.frame(41...45, isBaseline: true), branch.frame(46...50)], bench.redis)
                    #expect(try await bench.reaches(branch, 50))
                    #expect(try await bench.stored(branch) == branch.expected(41...50))
                    #expect(try await bench.number("SELECT baseline_seq FROM ingest_cursor") == 41)
                }
            }
        }

        @Test("Entries that can't be read become dead letters and are refused, and other branches go on")
        func poison() async throws {
            try await IngestBench.run { bench in
                var branches = try await bench.branches(2)
                branches[0].write(20)
                branches[1].write(20)
                let (bad, good) = (branches[0], branches[1])
                try await bench.withIngest { service async throws in
                    try await bad.send([bad.frame(1...10)], bench.redis)
                    var entry = bad.frame(11...20)
                    entry.fields[1].bytes[4] ^= 0xFF
                    try await bad.send([entry], bench.redis)
                    try await good.send(good.frames(), bench.redis)
                    #expect(try await bench.reaches(good, 20))
                    #expect(
                        try await eventually {
                            if case .reject? = try await bench.ack(bad)?.refusal { true } else { false }
                        })
                    #expect(try await bench.ack(bad)?.cursor == bad.position(10))
                    #expect(try await bench.number("SELECT count(*) FROM dead_letter") == 1)
                    #expect(service.status.counts.deadLetters == 1)
                    var again = bad
                    again.gen = 2
                    try await again.send([again.frame(11...20)], bench.redis)
                    #expect(try await bench.reaches(bad, 20))
                    #expect(try await bench.ack(bad)?.refusal == nil)
                }
            }
        }

        @Test("An event that nobody can read is refused once, held as it is when it comes again, and told of")
        func unreadable() async throws {
            try await IngestBench.run { bench in
                var branch = try await bench.branch()
                branch.write(4)
                branch.write { #"{"seq":5,"uid":"\#($0.text)","event":"ticket.created","tv":70000,"at":"never"}"# }
                branch.write(5)
                try await bench.withIngest { service async throws in
                    try await branch.send(branch.frames(), bench.redis)
                    let why = "an event that can't be read: tv is missing or no plain value of its kind"
                    #expect(try await bench.refuses(branch, .reject(why), gen: 1))
                    #expect(try await bench.ack(branch)?.cursor == UplinkPosition.none)
                    branch.gen = 2
                    branch.write(10)
                    try await branch.send(branch.frames(), bench.redis)
                    #expect(try await bench.reaches(branch, 20))
                    #expect(try await bench.ack(branch)?.refusal == nil)
                    #expect(try await bench.stored(branch) == branch.expected(1...20))
                    let held = "SELECT count(*) FROM branch_event WHERE seq = 5 AND type = 'unreadable' AND tv = 0"
                    #expect(try await bench.number(held) == 1)
                    let told = "SELECT count(*) FROM dead_letter WHERE reason LIKE 'held unread: %tv is missing%'"
                    #expect(try await bench.number(told) == 1)
                    #expect(service.status.counts.deadLetters == 2)
                }
            }
        }

        @Test(
            "No entry of any kind stops the ones behind it",
            arguments: [
                [StreamField(name: "x", bytes: [0])], [StreamField(name: "h", bytes: Array("{}".utf8))],
                [StreamField(name: "p", bytes: Array("nothing".utf8))], [StreamField(name: "\u{0}", bytes: [0xFF])],
                [
                    StreamField(name: "h", bytes: [UInt8](repeating: 0x7B, count: 100_000)),
                    StreamField(name: "d", bytes: []),
                ],
            ])
        func foreignEntry(fields: [StreamField]) async throws {
            try await IngestBench.run { bench in
                var branch = try await bench.branch()
                branch.write(10)
                _ = try await bench.redis.xadd(branch.keys.up, id: "0-1", fields: fields, makesStream: true)
                _ = try await bench.redis.xadd(branch.keys.up, id: "1-9", fields: fields)
                try await bench.withIngest { _ async throws in
                    branch.gen = 2
                    try await branch.send(branch.frames(), bench.redis)
                    #expect(try await bench.reaches(branch, 10))
                    #expect(try await bench.number("SELECT count(*) FROM dead_letter") == 2)
                }
            }
        }

        @Test("Dead letters of a branch are bounded, the newest are kept, and all are counted")
        func manyLetters() async throws {
            try await IngestBench.run { bench in
                let branch = try await bench.branch()
                let all = HQIngestLimits.deadLetters + 7
                for number in 1...all {
                    _ = try await bench.redis.xadd(
                        branch.keys.up, id: "1-\(number)", fields: [StreamField(name: "x", bytes: [1])],
                        makesStream: true)
                }
                try await bench.withIngest { service async throws in
                    #expect(await eventually { service.status.counts.deadLetters == Int64(all) })
                    #expect(
                        try await bench.number("SELECT count(*) FROM dead_letter") == Int64(HQIngestLimits.deadLetters))
                    #expect(try await bench.number("SELECT dead_letters FROM ingest_cursor") == Int64(all))
                    #expect(try await bench.number("SELECT count(*) FROM dead_letter WHERE entry_id = '1-1'") == 0)
                }
            }
        }
    }
}
