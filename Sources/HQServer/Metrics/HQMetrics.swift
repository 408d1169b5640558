import HQIngest

/// The Prometheus exposition format 0.0.4 of what the port knows. No label holds a branch: there are thousands.
enum HQMetrics {
    static func text(of picture: HQPicture) -> [UInt8] {
        var page = MetricsPage()
        let isUp = picture.watch.fault == nil && picture.watch.status != nil
        page.gauge("turn_hq_ready", "1 when /readyz answers 200.", picture.obstacles.isEmpty ? 1 : 0)
        page.gauge("turn_hq_database_up", "1 when the last look at PostgreSQL succeeded.", isUp ? 1 : 0)
        if let age = picture.age {
            page.gauge("turn_hq_status_age_seconds", "Age of what is known of the branches.", age.seconds)
        }
        if let status = picture.watch.status { write(status, into: &page) }
        if let ingest = picture.ingest { write(ingest, into: &page) }
        return page.bytes
    }

    private static func write(_ status: HQStatus, into page: inout MetricsPage) {
        let enabled = status.branches.count { $0.isEnabled }
        page.gauges(
            "turn_hq_branches", "Branches by state; a silent one is enabled too.", label: "state",
            [
                ("enabled", Double(enabled)), ("disabled", Double(status.branches.count - enabled)),
                ("silent", Double(status.silent)),
            ])
        page.gauge(
            "turn_hq_events", "Events that PostgreSQL holds.",
            Double(status.branches.reduce(0) { $0 + $1.events }))
        page.gauge(
            "turn_hq_dead_letters", "Entries that could not be taken, since the branches' beginning.",
            Double(status.branches.reduce(0) { $0 + $1.deadLetters }))
        let silences = status.branches.filter(\.isEnabled).compactMap { $0.silence(at: status.now)?.seconds }
        page.gauge(
            "turn_hq_longest_silence_seconds", "Since the heartbeat of the branch that was heard longest ago.",
            silences.max() ?? 0)
        page.gauge("turn_hq_shards_unheld", "Shards whose events nobody takes.", Double(status.unheldShards))
        page.gauge("turn_hq_schema_number", "Number of the database's schema.", Double(status.schema))
    }

    private static func write(_ ingest: IngestActivity, into page: inout MetricsPage) {
        page.gauge("turn_hq_ingest_serving", "1 while this process takes events.", ingest.isServing ? 1 : 0)
        page.gauge("turn_hq_ingest_shards", "Shards that this process holds.", Double(ingest.shards))
        page.gauge("turn_hq_ingest_branches", "Branches that this process serves.", Double(ingest.branches))
        page.gauge("turn_hq_redis_up", "1 when this process can use Redis.", ingest.redisFault == nil ? 1 : 0)
        for sum in ingest.sums { page.counter("turn_hq_ingest_\(sum.name)_total", sum.meaning, sum.value) }
    }
}

/// Writes metrics one after the other, each with its help and type.
struct MetricsPage {
    private(set) var bytes: [UInt8] = []

    mutating func gauge(_ name: String, _ help: String, _ value: Double) {
        head(name, help, "gauge")
        line("\(name) \(Self.number(value))")
    }

    mutating func counter(_ name: String, _ help: String, _ value: Double) {
        head(name, help, "counter")
        line("\(name) \(Self.number(value))")
    }

    mutating func gauges(_ name: String, _ help: String, label: String, _ values: [(String, Double)]) {
        head(name, help, "gauge")
        for (labelled, value) in values { line("\(name){\(label)=\"\(labelled)\"} \(Self.number(value))") }
    }

    private mutating func head(_ name: String, _ help: String, _ type: String) {
        line("# HELP \(name) \(help)")
        line("# TYPE \(name) \(type)")
    }

    private mutating func line(_ text: String) {
        bytes.append(contentsOf: text.utf8)
        bytes.append(UInt8(ascii: "\n"))
    }

    /// Whole numbers without a point, as far as a Double holds them exactly.
    private static func number(_ value: Double) -> String {
        value.rounded() == value && value.magnitude < 9e15 ? "\(Int64(value))" : "\(value)"
    }
}

extension Duration {
    fileprivate var seconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
