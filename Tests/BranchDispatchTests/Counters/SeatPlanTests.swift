import QueueDomain
import Testing

import BranchDispatch

@Suite("Which counters could call")
struct SeatPlanTests {
    private let counter = CounterID(1)
    private let serves = [ServedQueue(queueID: QueueID(1)), ServedQueue(queueID: QueueID(2), helpAfter: 60)]

    private func plan() -> SeatPlan {
        var plan = SeatPlan()
        plan.counterChanged(counter, isOpen: true, isAutomatic: true, serves: serves)
        _ = plan.takeChanges()
        return plan
    }

    @Test(
        "Only an open, automatic counter without a customer could",
        arguments: [(true, true, true), (true, false, false), (false, true, false), (false, false, false)])
    func canCall(_ isOpen: Bool, _ isAutomatic: Bool, _ can: Bool) {
        var plan = SeatPlan()
        plan.counterChanged(counter, isOpen: isOpen, isAutomatic: isAutomatic, serves: serves)
        #expect(plan.takeChanges() == (can ? [.free(counter, queues: [QueueID(1)])] : []))
    }

    @Test("A ticket takes the counter, its end frees it")
    func ticketTakes() {
        var plan = plan()
        plan.ticketMoved(TicketID(5), to: counter)
        #expect(plan.takeChanges() == [.taken(counter)])
        plan.ticketMoved(TicketID(5), to: counter)
        #expect(plan.takeChanges() == [])
        plan.ticketMoved(TicketID(5), to: nil)
        #expect(plan.takeChanges() == [.free(counter, queues: [QueueID(1)])])
    }

    @Test("A call right after an end is no change")
    func nextCall() {
        var plan = plan()
        plan.ticketMoved(TicketID(5), to: counter)
        _ = plan.takeChanges()
        plan.ticketMoved(TicketID(5), to: nil)
        plan.ticketMoved(TicketID(6), to: counter)
        #expect(plan.takeChanges() == [])
    }

    @Test("A short visit between two looks makes the counter free anew")
    func shortVisit() {
        var plan = plan()
        plan.ticketMoved(TicketID(5), to: counter)
        plan.ticketMoved(TicketID(5), to: nil)
        #expect(plan.takeChanges() == [.taken(counter), .free(counter, queues: [QueueID(1)])])
    }

    @Test("A free counter that serves other queues now is free anew; a deleted one is not")
    func changedAndGone() {
        var plan = plan()
        plan.counterChanged(counter, isOpen: true, isAutomatic: true, serves: [ServedQueue(queueID: QueueID(3))])
        #expect(plan.takeChanges() == [.taken(counter), .free(counter, queues: [QueueID(3)])])
        plan.counterGone(counter)
        #expect(plan.takeChanges() == [.taken(counter)])
    }

    @Test("Helpers of a queue are free counters that wait before they help")
    func helpers() {
        var plan = plan()
        #expect(plan.helpers(of: QueueID(2)) == [counter])
        #expect(plan.helpers(of: QueueID(1)) == [])
        plan.ticketMoved(TicketID(5), to: counter)
        #expect(plan.helpers(of: QueueID(2)) == [])
    }

    @Test("Read anew, only what differs is told")
    func replaced() {
        var plan = plan()
        let seat = Seat(isOpen: true, isAutomatic: true, serves: serves)
        plan.replace(with: [(counter, seat)])
        #expect(plan.takeChanges() == [])
        plan.replace(with: [])
        #expect(plan.takeChanges() == [.taken(counter)])
    }
}
