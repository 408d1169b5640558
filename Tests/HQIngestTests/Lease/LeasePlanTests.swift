import HQIngest
import QueueEvents
import QueueTestSupport
import Testing

@Suite("Who takes which shard")
struct LeasePlanTests {
    private static let shards = UplinkLimits.shards

    private static func table(_ owners: (Int) -> String?) -> [ShardLease] {
        (0..<shards).map { ShardLease(shard: $0, owner: owners($0)) }
    }

    @Test("One ingest alone takes everything")
    func alone() {
        let plan = LeasePlan(Self.table { _ in nil }, owner: "a", living: 1)
        #expect(plan.take == Array(0..<Self.shards) && plan.giveUp.isEmpty)
    }

    @Test("What another one holds is not taken, however little is left")
    func heldByAnother() {
        let plan = LeasePlan(Self.table { $0 == 5 ? nil : "b" }, owner: "a", living: 2)
        #expect(plan == LeasePlan(take: [5]))
    }

    @Test("A second ingest makes the first one give up its half, and takes no more than that")
    func second() {
        #expect(LeasePlan(Self.table { _ in "a" }, owner: "a", living: 2) == LeasePlan(giveUp: Array(32..<64)))
        #expect(LeasePlan(Self.table { $0 < 32 ? "a" : nil }, owner: "b", living: 2).take == Array(32..<64))
        #expect(LeasePlan(Self.table { $0 < 10 ? "a" : nil }, owner: "b", living: 2).take == Array(10..<42))
    }

    @Test("A fair share that is held leaves nothing to do", arguments: [(2, 32), (3, 22), (5, 13), (64, 1), (100, 1)])
    func settled(living: Int, share: Int) {
        #expect(LeasePlan.share(of: Self.shards, among: living) == share)
        let table = Self.table { $0 < share ? "a" : "others" }
        #expect(LeasePlan(table, owner: "a", living: living) == LeasePlan())
    }

    @Test("A wrong count of the living never divides by nothing", arguments: [0, -3])
    func nobody(living: Int) {
        #expect(LeasePlan(Self.table { _ in nil }, owner: "a", living: living).take.count == Self.shards)
    }

    @Test("Whatever comes and goes, all shards are held soon and then nothing moves any more", arguments: 1...20)
    func settles(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var table = Self.table { _ in nil }
        var living = ["i0"]
        for step in 0..<40 {
            if random.chance(500) || living.isEmpty { living.append("n\(step)") }
            if living.count > 1, random.chance(400) { living.remove(at: random.below(living.count)) }
            // A dead one's leases have run out.
            for index in table.indices where table[index].owner.map({ !living.contains($0) }) == true {
                table[index].owner = nil
            }
            for _ in 0..<2 { for owner in living.shuffled(using: &random) { Self.look(owner, living, &table) } }
            #expect(table.allSatisfy { $0.owner != nil })
            let settled = table
            for owner in living { Self.look(owner, living, &table) }
            #expect(table == settled)
        }
    }

    private static func look(_ owner: String, _ living: [String], _ table: inout [ShardLease]) {
        let plan = LeasePlan(table, owner: owner, living: living.count)
        for shard in plan.take { table[shard].owner = owner }
        for shard in plan.giveUp { table[shard].owner = nil }
    }
}
