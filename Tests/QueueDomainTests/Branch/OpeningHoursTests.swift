import QueueDomain
import QueueTestSupport
import Testing

@Suite struct OpeningHoursTests {
    /// A local date and time of a zone whose offset is known, as an instant.
    private func instant(_ date: String, _ time: String, offset: Int64 = 0, seconds: Int64 = 0) throws -> Timestamp {
        let day = try #require(BusinessDay(text: date))
        let minute = try #require(DayPart.minute(time))
        return Timestamp(
            milliseconds: Int64(day.number) * Span.day + Int64(minute) * Span.minute - offset * Span.hour
                + seconds * Span.second)
    }

    private func hours(_ spans: (Set<Int>, String, String)...) throws -> OpeningHours {
        OpeningHours(
            spans: try spans.map { days, from, to in
                OpeningHours.Span(
                    days: days,
                    part: DayPart(from: try #require(DayPart.minute(from)), to: try #require(DayPart.minute(to))))
            })
    }

    private func branch(_ hours: OpeningHours? = nil, _ exceptions: [DateException] = []) -> BranchProfile {
        BranchProfile(name: "Branch", timeZone: "UTC", hours: hours, exceptions: exceptions)
    }

    private func exception(_ date: String, _ from: String?, _ to: String?) throws -> DateException {
        var part: DayPart?
        if let from, let to {
            part = DayPart(from: try #require(DayPart.minute(from)), to: try #require(DayPart.minute(to)))
        }
        return DateException(date: try #require(BusinessDay(text: date)), part: part)
    }

    private let queue = QueueSettings(name: "Queue", prefix: "A")

    // MARK: - Texts

    @Test(arguments: [("00:00", 0), ("09:05", 545), ("23:59", 1_439), ("24:00", 1_440)])
    func `a time of day is read and written`(text: String, minute: Int) {
        #expect(DayPart.minute(text) == minute)
        #expect(DayPart.text(minute) == text)
    }

    @Test(arguments: ["", "9:00", "24:01", "12:60", "25:00", "12.00", "12:0", "12:000", "+1:00", "1２:00", " 9:00"])
    func `what is no time of day is none`(text: String) {
        #expect(DayPart.minute(text) == nil)
    }

    @Test(arguments: [
        ("1970-01-01", 4), ("2026-03-10", 2), ("2024-02-29", 4), ("2000-02-29", 2), ("0000-03-01", 3),
        ("9999-12-31", 5), ("2027-01-03", 7), ("2027-01-04", 1), ("1969-12-31", 3),
    ])
    func `a date is read, written and has its day of the week`(text: String, weekday: Int) throws {
        let date = try #require(BusinessDay(text: text))
        #expect(date.text == text)
        #expect(date.weekday == weekday)
    }

    @Test func `reading is the reverse of writing on every day of four centuries`() {
        for number in Int32(-10_000)..<140_000 {
            let date = BusinessDay(number: number)
            #expect(BusinessDay(text: date.text) == date)
        }
    }

    @Test(arguments: [
        "2026-02-29", "1900-02-29", "2026-13-01", "2026-00-10", "2026-04-31", "26-01-01", "2026-1-01", "",
    ])
    func `a date that doesn't exist is none`(text: String) {
        #expect(BusinessDay(text: text) == nil)
    }

    @Test(arguments: [("en", true), ("pt-BR", true), ("zh-Hant-TW", true), ("e", false), ("en-", false), ("", false)])
    func `a language tag has its form`(tag: String, isValid: Bool) {
        #expect(LanguageTag.isValid(tag) == isValid)
        #expect(!LanguageTag.isValid("en_" + tag))
        #expect(LanguageTag.isValid("en-" + String(repeating: "a", count: 8)))
        #expect(!LanguageTag.isValid("en-" + String(repeating: "a", count: 9)))
    }

    // MARK: - Bounds

    @Test func `a span is refused outside of the week, upside down, empty or over midnight`() throws {
        let right = OpeningHours.Span(days: [1, 7], part: DayPart(from: 0, to: 1_440))
        #expect(OpeningHours(spans: [right]).fault == nil)
        #expect(OpeningHours(spans: []).fault == nil)
        for days in [[], [0], [8], [1, 8]] as [Set<Int>] {
            #expect(OpeningHours(spans: [.init(days: days, part: right.part)]).fault?.field == "hours")
        }
        for part in [(-1, 60), (60, 60), (61, 60), (1_380, 1_441), (1_380, 60)] {
            let span = OpeningHours.Span(days: [1], part: DayPart(from: part.0, to: part.1))
            #expect(OpeningHours(spans: [span]).fault?.field == "hours")
        }
    }

    @Test func `spans may touch and may not overlap on any day`() throws {
        #expect(try hours(([1, 2], "09:00", "12:00"), ([2, 3], "12:00", "17:00")).fault == nil)
        #expect(try hours(([1, 2], "09:00", "12:01"), ([3, 4], "12:00", "17:00")).fault == nil)
        #expect(try hours(([1, 2], "09:00", "12:01"), ([2, 3], "12:00", "17:00")).fault != nil)
        #expect(try hours(([5], "08:00", "20:00"), ([5], "09:00", "10:00")).fault != nil)
    }

    @Test func `a week has at most fifty spans`() {
        let spans = (0..<OpeningHours.maxSpans).map {
            OpeningHours.Span(days: [1], part: DayPart(from: $0 * 10, to: $0 * 10 + 10))
        }
        #expect(OpeningHours(spans: spans).fault == nil)
        let more = spans + [OpeningHours.Span(days: [2], part: DayPart(from: 0, to: 10))]
        #expect(OpeningHours(spans: more).fault?.allowed == "at most 50 spans")
    }

    @Test func `a date is closed or has parts that don't overlap`() throws {
        let closed = try exception("2026-12-25", nil, nil)
        let morning = try exception("2026-12-25", "09:00", "12:00")
        let afternoon = try exception("2026-12-25", "12:00", "15:00")
        #expect(branch(nil, [morning, afternoon]).fault == nil)
        #expect(branch(nil, [closed]).fault == nil)
        #expect(branch(nil, [closed, morning]).fault?.field == "exceptions")
        #expect(branch(nil, [closed, closed]).fault?.field == "exceptions")
        #expect(branch(nil, [morning, try exception("2026-12-25", "11:59", "13:00")]).fault != nil)
        #expect(branch(nil, [DateException(date: closed.date, part: DayPart(from: 9, to: 9))]).fault != nil)
    }

    @Test func `notes and the number of exceptions are bounded`() throws {
        let date = try #require(BusinessDay(text: "2026-12-25"))
        func noted(_ note: String) -> SettingFault? {
            branch(nil, [DateException(date: date, part: nil, note: note)]).fault
        }
        #expect(noted(String(repeating: "é", count: 60)) == nil)
        for wrong in ["", String(repeating: "é", count: 61), "a\u{0}"] { #expect(noted(wrong)?.field == "exceptions") }
        let many = (0..<Int32(DateException.maxCount)).map {
            DateException(date: BusinessDay(number: 20_000 + $0), part: nil)
        }
        #expect(branch(nil, many).fault == nil)
        #expect(branch(nil, many + [DateException(date: date, part: nil)]).fault?.allowed == "at most 400")
    }

    @Test func `language, purging and the names of queues are bounded`() {
        func fault(_ change: (inout BranchProfile) -> Void) -> String? {
            var profile = branch()
            change(&profile)
            return profile.fault?.field
        }
        #expect(fault { $0.language = "x" } == "language")
        for (bound, field) in [(0, "purge_hours"), (1, nil), (720, nil), (721, "purge_hours")] {
            #expect(fault { $0.purgeHours = bound } == field)
        }
        func named(_ names: [String: String]) -> String? { Scene.queue("A") { $0.names = names }.fault?.field }
        #expect(named(["de": "Schalter", "pt-BR": "Caixa"]) == nil)
        #expect(named(["de": "a", "DE": "b"]) == "names")
        #expect(named(["": "a"]) == "names")
        #expect(named(["de": ""]) == "names")
        let tags = (0..<21).map { "aa-\($0)" }
        #expect(named(Dictionary(uniqueKeysWithValues: tags.prefix(20).map { ($0, "x") })) == nil)
        #expect(named(Dictionary(uniqueKeysWithValues: tags.map { ($0, "x") })) == "names")
    }

    // MARK: - Open or not

    @Test func `hours begin with their first minute and end before their last`() throws {
        // 2026-03-10 is a Tuesday.
        let profile = branch(try hours(([2], "09:00", "12:00"), ([2], "13:00", "17:00")))
        func isOpen(_ time: String, seconds: Int64 = 0) throws -> Bool {
            profile.admits(queue, at: try instant("2026-03-10", time, seconds: seconds), in: .utc)
        }
        #expect(try !isOpen("09:00", seconds: -1))
        #expect(try isOpen("09:00"))
        #expect(try isOpen("11:59", seconds: 59))
        #expect(try !isOpen("12:00"))
        #expect(try isOpen("13:00"))
        #expect(try !isOpen("17:00"))
        #expect(try !profile.admits(queue, at: instant("2026-03-11", "10:00"), in: .utc))
    }

    @Test func `what goes over midnight is two spans, and there is no gap between them`() throws {
        let profile = branch(try hours(([5], "22:00", "24:00"), ([6], "00:00", "02:00")))
        let midnight = try instant("2026-03-14", "00:00")
        for (milliseconds, isOpen) in [(-1, true), (0, true), (2 * Span.hour - 1, true), (2 * Span.hour, false)] {
            let at = midnight.adding(milliseconds: milliseconds)
            #expect(profile.admits(queue, at: at, in: .utc) == isOpen)
        }
    }

    @Test func `without hours a queue is always open, with none of them never`() throws {
        let at = try instant("2026-03-10", "03:00")
        #expect(branch().admits(queue, at: at, in: .utc))
        #expect(!branch(OpeningHours(spans: [])).admits(queue, at: at, in: .utc))
        #expect(!branch().admits(Scene.queue("A") { $0.isOpen = false }, at: at, in: .utc))
    }

    @Test func `a queue's own hours go before the branch's, and an exception before both`() throws {
        let early = Scene.queue("A") { $0.hours = try? hours(([2], "06:00", "08:00")) }
        let usual = try hours(([2], "09:00", "17:00"))
        let seven = try instant("2026-03-10", "07:00")
        let ten = try instant("2026-03-10", "10:00")
        #expect(branch(usual).admits(early, at: seven, in: .utc))
        #expect(!branch(usual).admits(early, at: ten, in: .utc))
        let special = [try exception("2026-03-10", "09:30", "11:00")]
        #expect(!branch(usual, special).admits(early, at: seven, in: .utc))
        #expect(branch(usual, special).admits(early, at: ten, in: .utc))
        let closed = [try exception("2026-03-10", nil, nil)]
        #expect(!branch(nil, closed).admits(queue, at: ten, in: .utc))
        #expect(try branch(nil, closed).admits(queue, at: instant("2026-03-11", "10:00"), in: .utc))
    }

    @Test func `an exception holds from midnight to midnight of the branch's clock`() throws {
        let closed = branch(nil, [try exception("2026-07-01", nil, nil)])
        let zone = SimulatedZones.berlin
        let midnight = try instant("2026-07-01", "00:00", offset: 2)
        #expect(closed.admits(queue, at: midnight.adding(milliseconds: -1), in: zone))
        #expect(!closed.admits(queue, at: midnight, in: zone))
        #expect(!closed.admits(queue, at: midnight.adding(milliseconds: Span.day - 1), in: zone))
        #expect(closed.admits(queue, at: midnight.adding(milliseconds: Span.day), in: zone))
    }

    @Test func `a repeated hour is open twice`() throws {
        // At 03:00 of 2026-10-25 clocks in Berlin go back to 02:00.
        let profile = branch(try hours(([7], "02:30", "03:00")))
        let first = try instant("2026-10-25", "02:30", offset: 2)
        let expected = [(0, true), (30, false), (59, false), (60, true), (89, true), (90, false)] as [(Int64, Bool)]
        for (minutes, isOpen) in expected {
            let at = first.adding(milliseconds: minutes * Span.minute)
            #expect(profile.admits(queue, at: at, in: SimulatedZones.berlin) == isOpen, "\(minutes)")
        }
    }

    @Test func `a skipped hour is not open at all`() throws {
        // At 02:00 of 2026-03-29 clocks in Berlin go on to 03:00.
        let profile = branch(try hours(([7], "02:00", "03:00")))
        let change = try instant("2026-03-29", "02:00", offset: 1)
        for minutes in -30...90 {
            let at = change.adding(milliseconds: Int64(minutes) * Span.minute)
            #expect(!profile.admits(queue, at: at, in: SimulatedZones.berlin))
        }
    }

    @Test func `a night without a midnight goes from one date to the next`() throws {
        // At 00:00 of 2026-10-18, a Sunday, clocks in São Paulo go on to 01:00.
        let profile = branch(try hours(([6], "23:00", "24:00"), ([7], "01:00", "02:00")))
        let change = try instant("2026-10-18", "00:00", offset: -3)
        for (minutes, isOpen) in [(-61, false), (-60, true), (-1, true), (0, true), (59, true), (60, false)] {
            let at = change.adding(milliseconds: Int64(minutes) * Span.minute)
            #expect(profile.admits(queue, at: at, in: SimulatedZones.saoPaulo) == isOpen, "\(minutes)")
        }
    }

    // MARK: - In the rules

    @Test func `nobody gets a ticket outside of the hours, and whoever waits is called all the same`() throws {
        let scene = try Scene()
        // It is Tuesday, 09:00.
        let ticket = try scene.issue()
        var profile = scene.source.branchRow.profile
        profile.hours = try hours(([2], "08:00", "09:30"))
        try scene.run(.edit(.changeBranch(profile, expecting: nil)))
        try scene.issue()
        scene.wait(30 * Span.minute)
        #expect(scene.refusal(.issue(IssueRequest(queueID: QueueID(1))))?.code == .queueClosed)
        #expect(try scene.callNext()?.id == ticket.id)
        try scene.run(
            .edit(.changeQueue(QueueID(1), Scene.queue("A") { $0.hours = profile.hours }, expecting: nil)))
        profile.hours = nil
        try scene.run(.edit(.changeBranch(profile, expecting: nil)))
        #expect(scene.refusal(.issue(IssueRequest(queueID: QueueID(1))))?.code == .queueClosed)
        scene.wait(7 * Span.day - 30 * Span.minute)
        try scene.issue()
    }

    @Test func `the branch is changed as the caller saw it or not at all`() throws {
        let scene = try Scene()
        let profile = branch(try hours(([1], "09:00", "17:00")))
        #expect(scene.refusal(.edit(.changeBranch(profile, expecting: 2)))?.code == .versionConflict)
        try scene.run(.edit(.changeBranch(profile, expecting: 1)))
        #expect(scene.source.branchRow.profile == profile)
        var wrong = profile
        wrong.hours?.spans += profile.hours?.spans ?? []
        #expect(scene.refusal(.edit(.changeBranch(wrong, expecting: 2)))?.fault?.field == "hours")
    }
}
