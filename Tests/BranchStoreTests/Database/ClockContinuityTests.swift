import BranchStore
import QueueDomain
import Testing

@Suite struct ClockContinuityTests {
    private func opened() async throws -> StoreFixture {
        let fixture = try StoreFixture(inMemory: true)
        try await fixture.setUp()
        return fixture
    }

    @Test func `in the same boot the tick goes on by the difference, whatever the wall does`() async throws {
        let fixture = try await opened()
        let first = try await fixture.issue()
        await fixture.close()
        fixture.clock.advance(40_000)
        fixture.clock.reading.wall = fixture.clock.reading.wall.adding(milliseconds: 5 * Span.day)
        let second = try await fixture.issue()
        #expect(second.arrivalTick == first.arrivalTick + 40_000)
        #expect(second.arrivedAt == fixture.clock.reading.wall)
    }

    @Test func `in a new boot the tick is the wall clock`() async throws {
        let fixture = try await opened()
        try await fixture.issue()
        await fixture.close()
        fixture.clock.reboot(off: 2 * Span.hour)
        let ticket = try await fixture.issue()
        #expect(ticket.arrivalTick == fixture.clock.reading.wall.milliseconds)
        #expect(try fixture.store.writer.clockAlarm == nil)
    }

    @Test func `with a wall behind, the tick goes on from the last and an alarm is raised`() async throws {
        let fixture = try await opened()
        fixture.clock.advance(90_000)
        let first = try await fixture.issue()
        await fixture.close()
        fixture.clock.reboot(off: -730 * Span.day)
        let second = try await fixture.issue()
        #expect(second.arrivalTick == first.arrivalTick)
        #expect(second.rank >= first.rank && second.id > first.id)
        #expect(second.arrivedAt == first.arrivedAt)
        #expect(try fixture.store.writer.clockAlarm == .beforeLastEvent)
        #expect(try await fixture.store.status()?.clockAlarm == .beforeLastEvent)
    }

    @Test func `time sync ends the alarm at the next command`() async throws {
        let fixture = try await opened()
        await fixture.close()
        fixture.clock.reboot(off: 31 * Span.day)
        try await fixture.issue()
        #expect(try fixture.store.writer.clockAlarm == .farAfterLastEvent)
        fixture.clock.reading.synchronized = true
        let ticket = try await fixture.issue()
        #expect(try fixture.store.writer.clockAlarm == nil)
        #expect(ticket.arrivedAt == fixture.clock.reading.wall)
    }

    @Test func `two starts without an event in between don't lose the count`() async throws {
        let fixture = try await opened()
        let first = try await fixture.issue()
        for _ in 1...3 {
            await fixture.close()
            fixture.clock.advance(10_000)
            _ = try fixture.store
        }
        #expect(try await fixture.issue().arrivalTick == first.arrivalTick + 30_000)
    }

    @Test func `a start on a later day rolls nothing by itself, then one day at a time`() async throws {
        let fixture = try await opened()
        let day = try #require(try await fixture.store.branch()?.day)
        await fixture.close()
        fixture.clock.reboot(off: 2 * Span.day)
        #expect(try await fixture.store.branch()?.day == day)
        try await fixture.run(.rollDay)
        try await fixture.run(.rollDay)
        await #expect(throws: Rejection(.notDue)) { try await fixture.run(.rollDay) }
        #expect(try await fixture.store.branch()?.day == day.next.next)
    }

    @Test func `a new time zone counts from the next command on, and over a start`() async throws {
        let fixture = try await opened()
        // It is 23:00 of 9 March there; the day of 10 March, which is kept, ends 29 hours later at 04:00.
        let far = BranchProfile(name: "Far", timeZone: "Pacific/Honolulu")
        try await fixture.run(.edit(.changeBranch(far, expecting: nil)))
        for _ in 1...2 {
            fixture.clock.advance(14 * Span.hour)
            await #expect(throws: Rejection(.notDue)) { try await fixture.run(.rollDay) }
            await fixture.close()
        }
        fixture.clock.advance(Span.hour)
        try await fixture.run(.rollDay)
    }

    @Test func `an unknown time zone is refused and spoils nothing`() async throws {
        let fixture = try await opened()
        await #expect {
            let far = BranchProfile(name: "Far", timeZone: "Mars/Olympus")
            try await fixture.run(.edit(.changeBranch(far, expecting: nil)))
        } throws: { error in
            (error as? Rejection)?.fault?.field == "time_zone"
        }
        await fixture.close()
        #expect(try await fixture.store.branch()?.timeZone == "UTC")
    }

    @Test func `a machine without the branch's time zone says so`() throws {
        let fixture = try StoreFixture { $0.timeZone = "Mars/Olympus" }
        let error = #expect(throws: StoreError.self) { try fixture.store }
        #expect(error?.description.contains("Mars/Olympus") == true)
    }

    @Test(arguments: [
        ("Europe/Berlin", 1_774_746_000_000 as Int64, 7_200 as Int32), ("Europe/Berlin", 1_774_745_999_999, 3_600),
        ("Asia/Kolkata", 1_774_746_000_000, 19_800),
        // Turkey stayed on summer time in 2016: a change of the zone's own offset, without summer time.
        ("Europe/Istanbul", 1_483_228_800_000, 10_800), ("UTC", 0, 0),
    ])
    func `the machine's zones are read with every change`(name: String, at: Int64, seconds: Int32) throws {
        let zone = try #require(ZoneOffsets.load(name))
        #expect(zone.seconds(at: Timestamp(milliseconds: at)) == seconds)
    }
}
