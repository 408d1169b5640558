import QueueDomain
import Testing

@Suite struct BranchClockTests {
    static let noon = Timestamp(milliseconds: 1_773_144_000_000)

    func reading(
        _ boottime: Int64, wall: Int64, boot: String = "one", synchronized: Bool = false
    ) -> ClockReading {
        ClockReading(
            bootID: boot, boottime: boottime, wall: Self.noon.adding(milliseconds: wall), synchronized: synchronized)
    }

    func stored(tick: Int64, wall: Int64 = 0, boot: String = "one") -> StoredClock {
        StoredClock(
            bootID: boot, anchorBoottime: 1_000, anchorTick: Self.noon.milliseconds, lastTick: tick,
            lastWall: Self.noon.adding(milliseconds: wall))
    }

    private var start: Int64 { Self.noon.milliseconds }

    @Test func `a new branch begins at the wall clock`() {
        var clock = BranchClock(starting: reading(1_000, wall: 0), stored: nil)
        #expect(clock.advance(to: reading(1_000, wall: 0)) == Moment(tick: start, wall: Self.noon))
        #expect(clock.alarm == nil)
    }

    @Test(arguments: [-3_600_000, -600_001, -1, 0, 1, 600_001, 86_400_000] as [Int64])
    func `a step of the wall never moves a tick`(step: Int64) {
        var clock = BranchClock(starting: reading(1_000, wall: 0), stored: nil)
        #expect(clock.advance(to: reading(1_500, wall: 500 + step)).tick == start + 500)
        #expect(clock.advance(to: reading(2_000, wall: 1_000 + step)).tick == start + 1_000)
    }

    @Test func `a tick never goes back, even if the kernel's count did`() {
        var clock = BranchClock(starting: reading(1_000, wall: 0), stored: nil)
        #expect(clock.advance(to: reading(9_000, wall: 0)).tick == start + 8_000)
        #expect(clock.advance(to: reading(2_000, wall: 0)).tick == start + 8_000)
        #expect(clock.advance(to: reading(0, wall: 0)).tick == start + 8_000)
    }

    @Suite struct Running {
        private func running() -> BranchClock {
            BranchClock(starting: BranchClockTests().reading(1_000, wall: 0), stored: nil)
        }

        @Test(arguments: [-600_000, 600_000] as [Int64])
        func `a wall within ten minutes of the count is believed`(step: Int64) {
            var clock = running()
            #expect(
                clock.advance(to: BranchClockTests().reading(2_000, wall: 1_000 + step)).wall
                    == BranchClockTests.noon.adding(milliseconds: 1_000 + step))
            #expect(clock.alarm == nil)
        }

        @Test(arguments: [-600_001, 600_001, 400 * Span.day, -730 * Span.day] as [Int64])
        func `a wall further off isn't, and the count goes on`(step: Int64) {
            var clock = running()
            let moment = clock.advance(to: BranchClockTests().reading(2_000, wall: 1_000 + step))
            #expect(moment.wall == BranchClockTests.noon.adding(milliseconds: 1_000))
            #expect(clock.alarm == .stepped)
            let later = clock.advance(to: BranchClockTests().reading(61_000, wall: 60_000 + step))
            #expect(later.wall == BranchClockTests.noon.adding(milliseconds: 60_000))
        }

        @Test func `small steps may add up, each is measured from the last belief`() {
            var clock = running()
            for index in 1...10 as ClosedRange<Int64> {
                let moment = clock.advance(
                    to: BranchClockTests().reading(1_000 + index, wall: index + index * 500_000))
                #expect(moment.wall == BranchClockTests.noon.adding(milliseconds: index + index * 500_000))
            }
        }

        @Test func `a wall that comes back to the count ends the alarm`() {
            var clock = running()
            _ = clock.advance(to: BranchClockTests().reading(2_000, wall: Span.hour))
            #expect(clock.alarm == .stepped)
            #expect(
                clock.advance(to: BranchClockTests().reading(3_000, wall: 2_500)).wall
                    == BranchClockTests.noon.adding(milliseconds: 2_500))
            #expect(clock.alarm == nil)
        }

        @Test func `time sync is believed whatever it says`() {
            var clock = running()
            let moment = clock.advance(to: BranchClockTests().reading(2_000, wall: -Span.day, synchronized: true))
            #expect(moment.wall == BranchClockTests.noon.adding(milliseconds: -Span.day))
            #expect(moment.tick == BranchClockTests.noon.milliseconds + 1_000)
            #expect(clock.alarm == nil)
        }

        @Test func `an admin's word is believed and measured from`() {
            var clock = running()
            let odd = BranchClockTests().reading(2_000, wall: 5 * Span.day)
            _ = clock.advance(to: odd)
            clock.confirm(odd)
            #expect(clock.alarm == nil)
            let moment = clock.advance(to: BranchClockTests().reading(3_000, wall: 5 * Span.day + 1_000))
            #expect(moment.wall == BranchClockTests.noon.adding(milliseconds: 5 * Span.day + 1_000))
            #expect(clock.alarm == nil)
        }

        @Test(arguments: [Int64.min, .max])
        func `a wall at the type's end doesn't trap`(wall: Int64) {
            var clock = running()
            let reading = ClockReading(
                bootID: "one", boottime: 2_000, wall: Timestamp(milliseconds: wall), synchronized: false)
            #expect(clock.advance(to: reading).wall == BranchClockTests.noon.adding(milliseconds: 1_000))
        }
    }

    @Suite struct Starting {
        private let base = BranchClockTests()
        private var start: Int64 { BranchClockTests.noon.milliseconds }

        @Test func `in the same boot the tick goes on by the difference`() {
            let reading = base.reading(61_000, wall: 60_000)
            var clock = BranchClock(starting: reading, stored: base.stored(tick: start + 20_000))
            #expect(clock.advance(to: reading).tick == start + 60_000)
            #expect(clock.anchorTick == start && clock.anchorBoottime == 1_000)
        }

        @Test func `in the same boot a step of the wall while off moves nothing`() {
            let reading = base.reading(61_000, wall: 5 * Span.day)
            var clock = BranchClock(starting: reading, stored: base.stored(tick: start))
            #expect(clock.advance(to: reading).tick == start + 60_000)
        }

        @Test func `in a new boot it is the believed wall`() {
            let reading = base.reading(500, wall: Span.hour, boot: "two")
            var clock = BranchClock(starting: reading, stored: base.stored(tick: start + 20_000))
            #expect(clock.advance(to: reading) == Moment(tick: start + Span.hour, wall: reading.wall))
        }

        @Test func `in a new boot with a wall behind it is the last tick`() {
            let reading = base.reading(500, wall: -Span.day, boot: "two")
            var clock = BranchClock(starting: reading, stored: base.stored(tick: start + 20_000, wall: 20_000))
            let moment = clock.advance(to: reading)
            #expect(moment.tick == start + 20_000)
            #expect(moment.wall == BranchClockTests.noon.adding(milliseconds: 20_000))
            #expect(clock.alarm == .beforeLastEvent)
        }

        @Test(arguments: ["one", "two"])
        func `one millisecond before the last event isn't believed, until sync or an admin says so`(boot: String) {
            let reading = base.reading(1_000, wall: -1, boot: boot)
            let stored = base.stored(tick: start)
            var clock = BranchClock(starting: reading, stored: stored)
            #expect(clock.alarm == .beforeLastEvent)
            #expect(clock.advance(to: reading).wall == BranchClockTests.noon)
            #expect(
                clock.advance(to: base.reading(2_000, wall: 999, boot: boot)).wall
                    == BranchClockTests.noon.adding(milliseconds: 1_000))
            #expect(clock.alarm == .beforeLastEvent)
            var synced = clock
            #expect(
                synced.advance(to: base.reading(2_000, wall: 999, boot: boot, synchronized: true)).wall
                    == BranchClockTests.noon.adding(milliseconds: 999))
            #expect(synced.alarm == nil)
            clock.confirm(base.reading(2_000, wall: 999, boot: boot))
            #expect(clock.alarm == nil)
        }

        @Test func `at the last event it is believed`() {
            let clock = BranchClock(
                starting: base.reading(1_000, wall: 0, boot: "two"), stored: base.stored(tick: start))
            #expect(clock.alarm == nil)
        }

        @Test func `thirty days after the last event it is believed, a millisecond later not`() {
            let edge = base.reading(500, wall: 30 * Span.day, boot: "two")
            #expect(BranchClock(starting: edge, stored: base.stored(tick: start)).alarm == nil)
            let beyond = base.reading(500, wall: 30 * Span.day + 1, boot: "two")
            var clock = BranchClock(starting: beyond, stored: base.stored(tick: start))
            #expect(clock.alarm == .farAfterLastEvent)
            #expect(clock.advance(to: beyond) == Moment(tick: start, wall: BranchClockTests.noon))
        }

        @Test func `time sync at the start is believed`() {
            let reading = base.reading(500, wall: 400 * Span.day, boot: "two", synchronized: true)
            var clock = BranchClock(starting: reading, stored: base.stored(tick: start))
            #expect(clock.alarm == nil)
            #expect(clock.advance(to: reading).wall == reading.wall)
        }

        @Test func `1970 at boot is not believed`() {
            let reading = ClockReading(
                bootID: "two", boottime: 500, wall: Timestamp(milliseconds: 0), synchronized: false)
            var clock = BranchClock(starting: reading, stored: base.stored(tick: start))
            #expect(clock.advance(to: reading).wall == BranchClockTests.noon)
            #expect(clock.alarm == .beforeLastEvent)
        }
    }
}
