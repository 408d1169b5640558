import QueueDomain
import QueueTestSupport
import Testing

@Suite struct BusinessCalendarTests {
    /// Days since 1970 of 2026-03-29 and 2026-10-25, and of São Paulo's 2026-10-18 and 2027-02-21.
    static let spring = BusinessDay(number: 20_541)
    static let autumn = BusinessDay(number: 20_751)

    private func calendar(_ zone: ZoneOffsets, _ hour: Int32, _ minute: Int32 = 0) -> BusinessCalendar {
        BusinessCalendar(zone: zone, startsAtSeconds: hour * 3_600 + minute * 60)
    }

    @Test(
        arguments: [
            (0, "1970-01-01"), (-1, "1969-12-31"), (59, "1970-03-01"), (789, "1972-02-29"), (11_016, "2000-02-29"),
            (20_541, "2026-03-29"), (47_541, "2100-03-01"), (2_932_896, "9999-12-31"), (-719_162, "0001-01-01"),
        ] as [(Int32, String)])
    func `a day is written as a date`(number: Int32, text: String) {
        #expect(BusinessDay(number: number).text == text)
    }

    @Test func `a day begins at its hour`() {
        let calendar = calendar(.utc, 4)
        let four = Timestamp(milliseconds: 20_541 * Span.day + 4 * Span.hour)
        #expect(calendar.day(at: four) == Self.spring)
        #expect(calendar.day(at: four.adding(milliseconds: -1)).next == Self.spring)
        #expect(calendar.end(of: Self.spring) == four.adding(milliseconds: Span.day))
    }

    @Test func `before 1970 days are counted downwards`() {
        #expect(calendar(.utc, 0).day(at: Timestamp(milliseconds: -1)).number == -1)
        #expect(calendar(.utc, 0).day(at: Timestamp(milliseconds: -Span.day)).number == -1)
        #expect(calendar(.utc, 0).day(at: Timestamp(milliseconds: -Span.day - 1)).number == -2)
    }

    @Test func `instants at the type's ends don't trap`() {
        for instant in [Int64.min, .max] {
            _ = calendar(SimulatedZones.berlin, 4).day(at: Timestamp(milliseconds: instant))
        }
    }

    @Test(arguments: [
        // The night to 29 March has 23 hours, the one to 25 October 25.
        (spring, 4, 0, 1_774_749_600_000 as Int64), (autumn, 4, 0, 1_792_897_200_000),
        // 02:30 isn't shown on 29 March: the day begins as the clocks jump.
        (spring, 2, 30, 1_774_746_000_000),
        // 02:30 is shown twice on 25 October: the first time counts.
        (autumn, 2, 30, 1_792_888_200_000),
        (spring, 0, 0, 1_774_738_800_000), (autumn, 0, 0, 1_792_879_200_000),
    ])
    func `a day ends when Berlin's clocks first show the next one's beginning`(
        next: BusinessDay, hour: Int32, minute: Int32, end: Int64
    ) {
        let calendar = calendar(SimulatedZones.berlin, hour, minute)
        let day = BusinessDay(number: next.number - 1)
        #expect(calendar.end(of: day) == Timestamp(milliseconds: end))
        #expect(calendar.day(at: Timestamp(milliseconds: end)) == next)
        #expect(calendar.day(at: Timestamp(milliseconds: end - 1)) == day)
    }

    @Test func `a midnight that isn't shown ends the day as the clocks jump`() {
        let calendar = calendar(SimulatedZones.saoPaulo, 0)
        let change = SimulatedZones.saoPaulo.changes[0].from
        let day = BusinessDay(number: 20_743)
        #expect(day.text == "2026-10-17")
        #expect(calendar.end(of: day) == change)
        #expect(calendar.day(at: change) == day.next)
        #expect(calendar.day(at: change.adding(milliseconds: -1)) == day)
    }

    @Test func `an hour before midnight that is shown twice ends no day twice`() {
        let change = SimulatedZones.saoPaulo.changes[1].from
        let day = BusinessDay(number: 20_869)
        #expect(day.text == "2027-02-20")
        #expect(calendar(SimulatedZones.saoPaulo, 0).end(of: day) == change.adding(milliseconds: Span.hour))
        // 23:30 comes twice; the first time ends the day, and the clocks then go back behind it.
        let late = calendar(SimulatedZones.saoPaulo, 23, 30)
        let end = late.end(of: BusinessDay(number: day.number - 1))
        #expect(end == change.adding(milliseconds: -30 * Span.minute))
        #expect(late.day(at: end) == day)
        #expect(late.day(at: change).next == day)
    }

    @Test(arguments: [0, 2, 4, 23])
    func `ends rise by a day give or take an hour, in every zone`(hour: Int32) {
        for zone in [
            SimulatedZones.berlin, SimulatedZones.saoPaulo, .utc, SimulatedZones.restless(from: Scene.morning),
        ] {
            let calendar = calendar(zone, hour, 30)
            var last = calendar.end(of: BusinessDay(number: 20_500))
            for number in 20_501...20_900 as ClosedRange<Int32> {
                let end = calendar.end(of: BusinessDay(number: number))
                let length = end.milliseconds - last.milliseconds
                #expect((23 * Span.hour...25 * Span.hour).contains(length))
                last = end
            }
        }
    }

    @Test func `a day that a zone leaves out ends with the one before it`() {
        // As in Samoa at the end of 2011: the clocks went from −10 h to +14 h, and one date was never shown.
        let change = Timestamp(milliseconds: 20_000 * Span.day + 10 * Span.hour)
        let zone = ZoneOffsets(initialSeconds: -36_000, changes: [.init(from: change, offsetSeconds: 50_400)])
        let calendar = calendar(zone, 0)
        #expect(calendar.day(at: change.adding(milliseconds: -1)).number == 19_999)
        #expect(calendar.day(at: change).number == 20_001)
        #expect(calendar.end(of: BusinessDay(number: 19_999)) == change)
        #expect(calendar.end(of: BusinessDay(number: 20_000)) == change)
    }

    @Test func `an offset holds from its instant on`() {
        let zone = SimulatedZones.berlin
        #expect(zone.seconds(at: Timestamp(milliseconds: 0)) == 3_600)
        #expect(zone.seconds(at: zone.changes[0].from.adding(milliseconds: -1)) == 3_600)
        #expect(zone.seconds(at: zone.changes[0].from) == 7_200)
        #expect(zone.seconds(at: zone.changes[1].from) == 3_600)
        #expect(zone.seconds(at: Timestamp(milliseconds: .max)) == 3_600)
        #expect(ZoneOffsets.utc.seconds(at: Timestamp(milliseconds: 5)) == 0)
    }

    @Test(
        arguments: [(1, 2, 3), (Int64.max, 1, Int64.max), (Int64.min, -1, Int64.min), (5, -10, -5)]
            as [(Int64, Int64, Int64)])
    func `an instant moves and stays within its type`(from: Int64, by: Int64, to: Int64) {
        #expect(Timestamp(milliseconds: from).adding(milliseconds: by).milliseconds == to)
    }
}
