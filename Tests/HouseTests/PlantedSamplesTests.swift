import Testing

@Suite("Every rule finds what breaks it")
struct PlantedSamplesTests {
    @Test("A planted breach is found", arguments: PlantedSample.all)
    func breachIsFound(_ sample: PlantedSample) throws {
        let rule = try #require(Rule.all.first { $0.name == sample.rule }, "no rule \"\(sample.rule)\"")
        #expect(!rule.findings(in: SourceFile(path: sample.path, text: sample.bad)).isEmpty)
    }

    @Test("A text that keeps the rule passes", arguments: PlantedSample.all.filter { $0.good != $0.bad })
    func goodTextPasses(_ sample: PlantedSample) throws {
        let rule = try #require(Rule.all.first { $0.name == sample.rule })
        #expect(rule.findings(in: SourceFile(path: sample.path, text: sample.good)) == [])
    }

    @Test("Every rule has a planted sample", arguments: Rule.all)
    func everyRuleIsProven(_ rule: Rule) {
        #expect(PlantedSample.all.contains { $0.rule == rule.name })
    }

    @Test("No two rules have one name")
    func namesAreUnique() {
        #expect(Set(Rule.all.map(\.name)).count == Rule.all.count)
    }
}
