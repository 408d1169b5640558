package import HQIngest

/// Everything that the HTTP port tells of, at one moment.
package struct HQPicture: Sendable {
    /// The last look at PostgreSQL.
    package var watch: StatusWatch.Snapshot
    /// How old that look is; nil before the first.
    package var age: Duration?
    /// What this process's ingest does; nil in a process without one.
    package var ingest: IngestActivity?

    package init(watch: StatusWatch.Snapshot, age: Duration?, ingest: IngestActivity?) {
        self.watch = watch
        self.age = age
        self.ingest = ingest
    }

    /// Why no traffic should be counted on, in sentences' parts; empty = ready. The port is ready when PostgreSQL
    /// answers with this program's schema, and every shard is held by some ingest, this one's holding theirs actively.
    package var obstacles: [String] {
        if let fault = watch.fault { return ["PostgreSQL: \(fault)"] }
        guard let status = watch.status, let age else { return ["PostgreSQL was not looked at yet"] }
        var obstacles: [String] = []
        if age > HQIngestLimits.statusFreshness {
            obstacles.append("PostgreSQL has not answered for \(age.components.seconds) s")
        }
        if let ingest {
            if let fault = ingest.redisFault { obstacles.append("Redis: \(fault)") }
            if !ingest.isServing { obstacles.append("this ingest takes no events") }
        }
        if status.unheldShards > 0 { obstacles.append("nobody holds \(status.unheldShards) shards") }
        return obstacles
    }
}
