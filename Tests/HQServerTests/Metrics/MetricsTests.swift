import HQIngest
import HQServer
import QueueTestSupport
import Testing

@Suite struct MetricsTests {
    /// A strict reading of the exposition format 0.0.4 with promtool's rules for names.
    private struct Metrics {
        var values: [String: Double] = [:]
        var faults: [String] = []

        init(_ body: [UInt8]) {
            let text = String(decoding: body, as: UTF8.self)
            if !text.hasSuffix("\n") { faults.append("no line break at the end") }
            var helped: [String] = []
            var type: [String: String] = [:]
            for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
                if let help = line.wholeMatch(of: /# HELP ([a-z][a-z0-9_]*) ([^\\]+\.)/) {
                    if helped.contains(String(help.1)) { faults.append("second help: \(line)") }
                    helped.append(String(help.1))
                } else if let kind = line.wholeMatch(of: /# TYPE ([a-z][a-z0-9_]*) (gauge|counter)/) {
                    if helped.last != String(kind.1) { faults.append("type without its help: \(line)") }
                    type[String(kind.1)] = String(kind.2)
                } else if let sample = line.wholeMatch(of: /([a-z][a-z0-9_]*)(\{[a-z_]+="[a-z_]+"\})? (-?[0-9.e+-]+)/) {
                    let name = String(sample.1)
                    if helped.last != name { faults.append("sample outside its group: \(line)") }
                    if (type[name] == "counter") != name.hasSuffix("_total") { faults.append("name: \(line)") }
                    if !name.hasPrefix("turn_hq_") { faults.append("prefix: \(line)") }
                    let key = name + (sample.2.map(String.init) ?? "")
                    if values.updateValue(Double(sample.3) ?? .nan, forKey: key) != nil {
                        faults.append("twice: \(key)")
                    }
                } else {
                    faults.append("no line of the format: \(line)")
                }
            }
        }
    }

    @Test func thePageFollowsTheFormat() {
        let answer = HQAnswer.to("GET", "/metrics", Pictures.ready())
        #expect(answer.contentType == "text/plain; version=0.0.4; charset=utf-8")
        let metrics = Metrics(answer.body)
        #expect(metrics.faults == [])
        #expect(metrics.values["turn_hq_ready"] == 1)
        #expect(metrics.values["turn_hq_branches{state=\"enabled\"}"] == 2)
        #expect(metrics.values["turn_hq_branches{state=\"silent\"}"] == 1)
        #expect(metrics.values["turn_hq_branches{state=\"disabled\"}"] == 1)
        #expect(metrics.values["turn_hq_longest_silence_seconds"] == 600)
        #expect(metrics.values["turn_hq_ingest_events_total"] == 12_345)
        #expect(metrics.values["turn_hq_status_age_seconds"] == 1.5)
    }

    @Test(.enabled(if: Promtool.isInstalled), arguments: [Pictures.ready(), Pictures.unknown])
    func prometheusFindsNoFaultWithThePage(picture: HQPicture) async throws {
        let page = String(decoding: HQAnswer.to("GET", "/metrics", picture).body, as: UTF8.self)
        #expect(try await Promtool.complaints(about: page) == "")
    }

    @Test(.enabled(if: Promtool.isInstalled)) func prometheusFindsFaultWithAWrongPage() async throws {
        let page = "# HELP turn_hq_total A sum.\n# TYPE turn_hq_total gauge\nturn_hq_total 1\n"
        #expect(try await Promtool.complaints(about: page).contains("turn_hq_total"))
    }

    @Test func whatIsNotKnownIsLeftOut() {
        let metrics = Metrics(HQAnswer.to("GET", "/metrics", Pictures.unknown).body)
        #expect(metrics.faults == [])
        #expect(metrics.values["turn_hq_database_up"] == 0 && metrics.values["turn_hq_ready"] == 0)
        #expect(metrics.values["turn_hq_events"] == nil)
    }
}
