import QueueDomain
import Testing

import BranchDispatch

@Suite("Waiting lists")
struct WaiterListTests {
    private let queue = QueueID(1)
    private let other = QueueID(2)
    private let anna = CallerID(rawValue: 1)
    private let ben = CallerID(rawValue: 2)
    private let cleo = CallerID(rawValue: 3)
    private let counter = CounterID(7)

    private func key(_ number: UInt8, body: UInt8 = 0) -> WaiterKey {
        WaiterKey(scope: [number], requestHash: [body])
    }

    /// A list in which these callers wait, in this order; they found nobody.
    private func list(
        _ callers: CallerID..., key: WaiterKey? = nil
    ) throws -> (WaiterList, [CallerID: PlaceID]) {
        var list = WaiterList()
        var places: [CallerID: PlaceID] = [:]
        for caller in callers {
            let joined = try list.join(caller, queue: queue, key: caller == callers.first ? key : nil)
            places[caller] = joined.place
            if joined.start == .attempt { #expect(list.ended(joined.place, by: caller, .empty).isEmpty) }
        }
        return (list, places)
    }

    @Test("The first caller asks at once, a later one waits behind it")
    func firstAsks() throws {
        var list = WaiterList()
        #expect(try list.join(anna, queue: queue, key: nil).start == .attempt)
        #expect(try list.join(ben, queue: queue, key: nil).start == .attempt)
        var (waiting, _) = try self.list(anna)
        #expect(try waiting.join(ben, queue: queue, key: nil).start == .wait)
        #expect(try waiting.join(cleo, queue: queue, key: key(3)).start == .replay)
        #expect(try waiting.join(CallerID(rawValue: 4), queue: other, key: nil).start == .attempt)
    }

    @Test("One ticket wakes one waiter, the one that waits longest")
    func oneTicketWakesOne() throws {
        var (list, _) = try list(anna, ben)
        #expect(list.ticketWaits(in: other) == [])
        #expect(list.ticketWaits(in: queue) == [.attempt(anna, isLast: false)])
        #expect(list.ticketWaits(in: queue) == [.attempt(ben, isLast: false)])
    }

    @Test("A waiter that was woken in vain is at the front again")
    func backToTheFront() throws {
        var (list, places) = try list(anna, ben)
        _ = list.ticketWaits(in: queue)
        let place = try #require(places[anna])
        #expect(list.ended(place, by: anna, .empty) == [])
        #expect(list.ticketWaits(in: queue) == [.attempt(anna, isLast: false)])
    }

    @Test("When the woken waiter is answered with something else, the next one is woken")
    func refusedPassesOn() throws {
        var (list, places) = try list(anna, ben)
        _ = list.ticketWaits(in: queue)
        #expect(list.ended(try #require(places[anna]), by: anna, .refused) == [.attempt(ben, isLast: false)])
    }

    @Test("When the woken waiter is called somebody of another line, the next one is woken")
    func servedElsewherePassesOn() throws {
        var (list, _) = try list(anna)
        let actions = list.counterFree(counter, serving: [queue, other])
        guard case .call(counter, let place)? = actions.first else { Issue.record("\(actions)"); return }
        _ = list.ended(place, by: nil, .empty)
        #expect(list.vanish(anna) == [.dismiss(anna)])
        #expect(list.ticketWaits(in: queue) == [.call(counter, place)])
        _ = try list.join(ben, queue: queue, key: nil)
        let benPlace = try #require(list.places.keys.max())
        #expect(list.ended(benPlace, by: ben, .empty) == [])
        #expect(list.ended(place, by: nil, .served(line: other)) == [.attempt(ben, isLast: false)])
    }

    @Test("A ticket that comes while the only waiter asks is not missed")
    func signalDuringAttempt() throws {
        var list = WaiterList()
        let place = try list.join(anna, queue: queue, key: nil).place
        #expect(list.ticketWaits(in: queue) == [])
        #expect(list.ended(place, by: anna, .empty) == [.attempt(anna, isLast: false)])
        #expect(list.ended(place, by: anna, .served(line: queue)) == [])
        #expect(list.places.isEmpty)
    }

    @Test("A waiter that vanished is not woken")
    func vanishedIsNotWoken() throws {
        var (list, _) = try list(anna, ben)
        #expect(list.vanish(anna) == [.dismiss(anna)])
        #expect(list.ticketWaits(in: queue) == [.attempt(ben, isLast: false)])
        #expect(list.vanish(anna) == [])
    }

    @Test("A waiter that was woken and never asked leaves its turn to the next")
    func wokenButGone() throws {
        var (list, places) = try list(anna, ben)
        _ = list.ticketWaits(in: queue)
        #expect(list.vanish(anna) == [.dismiss(anna)])
        #expect(list.ended(try #require(places[anna]), by: anna, .refused) == [.attempt(ben, isLast: false)])
    }

    @Test("Without a key the end of the time is the answer; with one there is a last attempt")
    func timeOver() throws {
        var (plain, _) = try list(anna)
        #expect(plain.timeOver(anna) == [.dismiss(anna)])
        #expect(plain.places.isEmpty)
        var (keyed, places) = try list(anna, key: key(1))
        #expect(keyed.timeOver(anna) == [.attempt(anna, isLast: true)])
        #expect(keyed.ended(try #require(places[anna]), by: anna, .empty) == [])
        #expect(keyed.places.isEmpty)
    }

    @Test("Time that ends during an attempt is noticed after it")
    func timeOverDuringAttempt() throws {
        var list = WaiterList()
        let place = try list.join(anna, queue: queue, key: key(1)).place
        #expect(list.timeOver(anna) == [])
        #expect(list.ended(place, by: anna, .empty) == [.attempt(anna, isLast: true)])
    }

    @Test("A repeated request takes over the place, and the first one is answered empty")
    func takeover() throws {
        var (list, places) = try list(anna, ben, key: key(1))
        let joined = try list.join(cleo, queue: queue, key: key(1))
        #expect(joined.place == places[anna])
        #expect(joined.start == .wait)
        #expect(joined.actions == [.dismiss(anna)])
        #expect(list.ticketWaits(in: queue) == [.attempt(cleo, isLast: false)])
        #expect(list.callerCount(at: queue) == 2)
    }

    @Test("After a takeover during an attempt the new one asks for what the first one got")
    func takeoverDuringAttempt() throws {
        var list = WaiterList()
        let place = try list.join(anna, queue: queue, key: key(1)).place
        #expect(try list.join(ben, queue: queue, key: key(1)).actions == [.dismiss(anna)])
        #expect(list.ended(place, by: anna, .served(line: queue)) == [.attempt(ben, isLast: false)])
        #expect(list.ended(place, by: anna, .refused) == [])
        #expect(list.ended(place, by: ben, .refused) == [])
        #expect(list.places.isEmpty)
    }

    @Test("After a takeover during an attempt in vain the new one waits")
    func takeoverDuringEmptyAttempt() throws {
        var list = WaiterList()
        let place = try list.join(anna, queue: queue, key: key(1)).place
        _ = try list.join(ben, queue: queue, key: key(1))
        #expect(list.ended(place, by: anna, .empty) == [])
        #expect(list.ticketWaits(in: queue) == [.attempt(ben, isLast: false)])
    }

    @Test("The same key with another body is refused, and the first one keeps its place")
    func keyReused() throws {
        var (list, _) = try list(anna, key: key(1))
        #expect(throws: WaiterList.Refusal.keyReused) {
            try list.join(ben, queue: queue, key: key(1, body: 1))
        }
        #expect(list.ticketWaits(in: queue) == [.attempt(anna, isLast: false)])
    }

    @Test("At each bound the next caller is refused")
    func bounds() throws {
        var list = WaiterList(perQueue: 2, inAll: 3)
        _ = try list.join(CallerID(rawValue: 1), queue: queue, key: nil)
        _ = try list.join(CallerID(rawValue: 2), queue: queue, key: nil)
        #expect(throws: WaiterList.Refusal.full) { try list.join(CallerID(rawValue: 3), queue: queue, key: nil) }
        _ = try list.join(CallerID(rawValue: 4), queue: other, key: nil)
        #expect(throws: WaiterList.Refusal.full) { try list.join(CallerID(rawValue: 5), queue: other, key: nil) }
    }

    @Test("A free counter tries at once, then takes its turn among the callers of its queues")
    func counterTakesItsTurn() throws {
        var (list, _) = try list(anna)
        let place = try #require(
            list.counterFree(counter, serving: [queue, other]).compactMap { action in
                if case .call(_, let place) = action { place } else { nil }
            }.first)
        #expect(list.ended(place, by: nil, .empty) == [])
        #expect(list.ticketWaits(in: queue) == [.attempt(anna, isLast: false)])
        #expect(list.ticketWaits(in: queue) == [.call(counter, place)])
        #expect(list.ticketWaits(in: other) == [])
        #expect(list.ended(place, by: nil, .empty) == [.call(counter, place)])
    }

    @Test("A signal that a counter couldn't use is not offered to it again")
    func counterRefuses() throws {
        var list = WaiterList()
        let first = list.counterFree(counter, serving: [queue])
        let second = list.counterFree(CounterID(8), serving: [queue])
        let places = (first + second).compactMap { action in
            if case .call(_, let place) = action { place } else { nil }
        }
        for place in places { #expect(list.ended(place, by: nil, .empty) == []) }
        #expect(list.ticketWaits(in: queue) == [.call(counter, places[0])])
        #expect(list.ended(places[0], by: nil, .empty) == [.call(CounterID(8), places[1])])
        #expect(list.ended(places[1], by: nil, .empty) == [])
        #expect(list.isIdle(counter))
    }

    @Test("A nudge during an attempt makes the counter try again")
    func nudge() throws {
        var list = WaiterList()
        guard case .call(_, let place)? = list.counterFree(counter, serving: []).first else {
            Issue.record("a free counter tries")
            return
        }
        #expect(list.nudge(counter) == [])
        #expect(list.ended(place, by: nil, .empty) == [.call(counter, place)])
        #expect(list.ended(place, by: nil, .empty) == [])
        #expect(list.nudge(counter) == [.call(counter, place)])
        list.counterTaken(counter)
        #expect(list.nudge(counter) == [])
    }

    @Test("The end answers everybody, and those who try when they have tried")
    func close() throws {
        var (list, places) = try list(anna, ben)
        _ = list.ticketWaits(in: queue)
        #expect(list.close() == [.dismiss(ben)])
        #expect(list.ended(try #require(places[anna]), by: anna, .empty) == [.dismiss(anna)])
        #expect(list.places.isEmpty)
    }

    @Test("When a queue is deleted its waiters ask and are told so")
    func queueGone() throws {
        var (list, _) = try list(anna, ben)
        #expect(list.queueGone(queue) == [.attempt(anna, isLast: false), .attempt(ben, isLast: false)])
    }

    @Test("A waiter that asks while its queue is deleted asks once more")
    func queueGoneDuringAttempt() throws {
        var list = WaiterList()
        let place = try list.join(anna, queue: queue, key: nil).place
        #expect(list.queueGone(queue) == [])
        #expect(list.ended(place, by: anna, .empty) == [.attempt(anna, isLast: false)])
        #expect(list.ended(place, by: anna, .empty) == [])
    }

    @Test("After a gap in the log as many are woken as there are customers")
    func gap() throws {
        var (list, _) = try list(anna, ben, cleo)
        #expect(list.recheck(queue, waiting: 2) == [.attempt(anna, isLast: false), .attempt(ben, isLast: false)])
        #expect(list.recheck(queue, waiting: 9).first == .attempt(cleo, isLast: false))
        #expect(list.recheck(other, waiting: 3) == [])
    }
}
