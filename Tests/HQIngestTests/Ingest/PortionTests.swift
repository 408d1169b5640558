import HQIngest
import QueueEvents
import RedisStreams
import Testing

@Suite("Ids and portions of what arrived")
struct PortionTests {
    @Test(
        "The id after an entry's is the smallest above it",
        arguments: [
            ("1-1", "1-2"), ("0-0", "0-1"), ("7-18446744073709551615", "8-0"),
            ("18446744073709551615-18446744073709551615", nil), ("1", nil), ("1-x", nil), ("", nil), ("1-1-1", nil),
        ] as [(String, String?)])
    func nextID(id: String, next: String?) {
        #expect(StreamID.next(after: id) == next)
    }

    @Test(
        "Portions keep frames whole, branches ascending and a branch's frames in order",
        arguments: [1, 9, 10, 25, 1_000])
    func portions(limit: Int) {
        let arrived = [3, 1, 2].map { (id: Int64) in
            var branch = PublishedBranch(id: id)
            branch.write(50)
            return ArrivedBranch(branch: id, entries: branch.frames().map { ArrivedEntry($0, branch: id) })
        }
        let portions = ArrivedBranch.portions(arrived, events: limit)
        #expect(portions.allSatisfy { $0.map(\.branch) == $0.map(\.branch).sorted() && !$0.isEmpty })
        #expect(portions.allSatisfy { $0.reduce(0) { $0 + $1.entries.count } * 10 <= max(10, limit) })
        for branch in arrived {
            let ids = portions.joined().filter { $0.branch == branch.branch }.flatMap(\.entries).map(\.raw.id)
            #expect(ids == branch.entries.map(\.raw.id))
        }
    }

    @Test("Nothing gives no portions")
    func nothing() {
        #expect(ArrivedBranch.portions([], events: 10).isEmpty)
    }
}
