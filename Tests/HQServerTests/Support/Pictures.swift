import HQIngest
import HQServer

/// What the port may have to show.
enum Pictures {
    static func branch(_ id: Int64, heardAgo seconds: Int64?, isEnabled: Bool = true) -> BranchStatus {
        BranchStatus(
            id: id, name: "Branch \(id)", isEnabled: isEnabled, epoch: 1, seq: 10, events: 10, baseline: nil,
            lastEventAt: 1, lastTakenAt: 1, heardAt: seconds.map { 1_000_000_000 - $0 * 1_000 }, deadLetters: 1,
            shard: 3, shardOwner: "hq-1")
    }

    static func status(heldShards: Int = 64) -> HQStatus {
        HQStatus(
            now: 1_000_000_000, schema: Migrations.newest,
            branches: [branch(1, heardAgo: 600), branch(2, heardAgo: 5), branch(3, heardAgo: 5, isEnabled: false)],
            owners: heldShards == 0 ? [:] : ["hq-1": heldShards])
    }

    static let ingest = IngestActivity(
        shards: 64, branches: 2, isServing: true, redisFault: nil,
        sums: [IngestActivity.Sum("events", "Events that were committed.", 12_345)])

    static func ready(_ change: (inout HQPicture) -> Void = { _ in }) -> HQPicture {
        var picture = HQPicture(
            watch: StatusWatch.Snapshot(status: status(), readAt: .now), age: .milliseconds(1_500), ingest: ingest)
        change(&picture)
        return picture
    }

    static let unknown = HQPicture(watch: StatusWatch.Snapshot(), age: nil, ingest: ingest)
}
