import Testing

@Suite("Every Swift file keeps the rules of the house")
struct SourceRulesTests {
    @Test("Every Swift file keeps the rule", arguments: Rule.all)
    func everyFileKeepsTheRule(_ rule: Rule) {
        let findings = Repository.sources
            .filter { !Exemption.covers(rule: rule.name, path: $0.path) }
            .flatMap(rule.findings)
        #expect(findings.isEmpty, "\(rule.name):\n\(findings.joined(separator: "\n"))")
    }

    @Test("The files of the repository are found")
    func filesAreFound() {
        #expect(Repository.sources.contains { $0.path == "Tests/HouseTests/SourceRulesTests.swift" })
        #expect(Repository.sources.contains { $0.path.hasPrefix("Sources/QueueDomain/") })
    }

    @Test("Every exemption is still needed and names a rule and a reason")
    func exemptionsAreNeeded() {
        for exemption in Exemption.all {
            let rule = Rule.all.first { $0.name == exemption.rule }
            let file = Repository.sources.first { $0.path == exemption.path }
            let findings = file.flatMap { file in rule?.findings(in: file) } ?? []
            #expect(!findings.isEmpty, "\(exemption.path) keeps \"\(exemption.rule)\" by now: take the entry out")
            #expect(!exemption.reason.isEmpty)
        }
    }
}
