import QueueEvents
import Testing

/// Golden bytes: stored events are never rewritten and head office reads them for years, so a change here is a change
/// of the format and must come with a new `tv`.
@Suite struct EventBodyTests {
    private let head = #"{"seq":12,"uid":"01JD4Z0000ABCDEFGHJKMNPQRS","event":"#
    private let stamp = #""tv":1,"at":"2026-11-24T08:15:50.123Z","actor":{"role":"agent","id":5},"#
    private let boardStamp = #""tv":1,"at":"2026-11-24T08:15:50.123Z","actor":{"role":"agent","id":null},"#

    @Test func `a ticket's event as staff and head office see it`() {
        let details = TicketDetails(
            previousState: "serving", previousQueueID: 1, undoes: 11, reason: "counter_taken", place: "first")
        let text = Samples.text(Samples.event(.ticketCompleted, .ticket(Samples.full, details)), .staff)
        #expect(
            text == head + #""ticket.completed","# + stamp
                + #""ticket_id":7,"queue_id":2,"status":"done","state":"completed","version":9,"#
                + #""ticket":{"id":7,"queue_id":2,"number":"B042","status":"done","state":"completed","version":9,"#
                + #""language":"pt-BR","counter_id":3,"priority":5,"estimated_time":300,"progress":80,"#
                + #""target_counter_id":4,"agent_id":5,"holder":6,"call_count":2,"day":"2026-11-24","#
                + #""waiting_time":61,"walking_time":4,"handling_time":0,"ended_by":{"role":"agent","id":5},"#
                + #""outcome":"completed","created_at":"2026-11-24T08:15:50.123Z","#
                + #""updated_at":"2026-11-24T08:15:58.123Z","arrived_at":"2026-11-24T08:15:50.123Z","#
                + #""queued_at":"2026-11-24T08:15:51.123Z","first_called_at":"2026-11-24T08:15:52.123Z","#
                + #""called_at":"2026-11-24T08:15:53.123Z","started_at":"2026-11-24T08:15:54.123Z","#
                + #""parked_at":"2026-11-24T08:15:55.123Z","park_until":"2026-11-24T08:15:56.123Z","#
                + #""ended_at":"2026-11-24T08:15:57.123Z"},"details":{"previous_state":"serving","#
                + #""previous_queue_id":1,"undoes":11,"reason":"counter_taken","place":"first"}}"#)
    }

    @Test func `the same event on a board shows no staff, priority or reason`() {
        let details = TicketDetails(
            previousState: "serving", previousQueueID: 1, undoes: 11, reason: "counter_taken", place: "first")
        let text = Samples.text(Samples.event(.ticketCompleted, .ticket(Samples.full, details)), .board)
        #expect(
            text == head + #""ticket.completed","# + boardStamp
                + #""ticket_id":7,"queue_id":2,"status":"done","state":"completed","version":9,"#
                + #""ticket":{"id":7,"queue_id":2,"number":"B042","status":"done","state":"completed","version":9,"#
                + #""language":"pt-BR","counter_id":3,"created_at":"2026-11-24T08:15:50.123Z","#
                + #""updated_at":"2026-11-24T08:15:58.123Z","arrived_at":"2026-11-24T08:15:50.123Z","#
                + #""queued_at":"2026-11-24T08:15:51.123Z","first_called_at":"2026-11-24T08:15:52.123Z","#
                + #""called_at":"2026-11-24T08:15:53.123Z","started_at":"2026-11-24T08:15:54.123Z","#
                + #""parked_at":"2026-11-24T08:15:55.123Z","park_until":"2026-11-24T08:15:56.123Z","#
                + #""ended_at":"2026-11-24T08:15:57.123Z"},"details":{"previous_state":"serving","#
                + #""previous_queue_id":1,"undoes":11}}"#)
    }

    @Test func `absent values are null, absent details are left out`() {
        let event = Samples.event(.ticketCreated, .ticket(Samples.new, TicketDetails()), actor: ("link", nil))
        #expect(
            Samples.text(event, .staff) == head + #""ticket.created","tv":1,"at":"2026-11-24T08:15:50.123Z","#
                + #""actor":{"role":"link","id":null},"ticket_id":1,"queue_id":1,"status":"waiting","state":"waiting","#
                + #""version":1,"ticket":{"id":1,"queue_id":1,"number":"A001","status":"waiting","state":"waiting","#
                + #""version":1,"language":null,"counter_id":null,"priority":1,"estimated_time":null,"progress":null,"#
                + #""target_counter_id":null,"agent_id":null,"holder":null,"call_count":0,"day":"2026-11-24","#
                + #""waiting_time":null,"walking_time":null,"handling_time":null,"ended_by":null,"outcome":null,"#
                + #""created_at":"2026-11-24T08:15:50.123Z","updated_at":"2026-11-24T08:15:50.123Z","#
                + #""arrived_at":"2026-11-24T08:15:50.123Z","queued_at":"2026-11-24T08:15:50.123Z","#
                + #""first_called_at":null,"called_at":null,"started_at":null,"parked_at":null,"park_until":null,"#
                + #""ended_at":null},"details":{}}"#)
    }

    /// The stamp of a type whose shape has changed once.
    private func second(_ stamp: String) -> String { "\"tv\":2" + stamp.dropFirst("\"tv\":1".count) }

    private let noTicket = #","status":null,"state":null,"version":null,"ticket":null,"details":"#

    @Test func `a queue's event carries the whole row to staff, the board fields to boards`() {
        let queue = QueuePayload(
            id: 2, name: "Cash", prefix: "B", firstNumber: 1, lastNumber: 999, credit: 600, strict: false, open: true,
            cap: nil, undoWindow: 15, carryOver: false, autoStart: true, targetWait: 300,
            names: ["fr": "Caisse", "de": "Kasse"],
            hours: HoursPayload(spans: [.init(days: [1, 5], from: "09:00", to: "24:00")]), waiting: 4, version: 3)
        let event = Samples.event(.queueChanged, .queue(queue, deleted: false))
        let start = head + #""queue.changed","#
        let row =
            #"{"queue":{"id":2,"name":"Cash","names":{"de":"Kasse","fr":"Caisse"},"prefix":"B","open":true,"#
            + #""waiting":4,"version":3"#
        #expect(
            Samples.text(event, .staff) == start + second(stamp) + #""ticket_id":null,"queue_id":2"# + noTicket + row
                + #","first_number":1,"last_number":999,"credit":600,"strict":false,"cap":null,"undo_window":15,"#
                + #""carry_over":false,"auto_start":true,"target_wait":300,"#
                + #""hours":[{"days":[1,5],"from":"09:00","to":"24:00"}]},"deleted":false}}"#)
        #expect(
            Samples.text(event, .board) == start + second(boardStamp) + #""ticket_id":null,"queue_id":2"# + noTicket
                + row
                + #"},"deleted":false}}"#)
    }

    @Test func `a counter's event shows its agent to staff only`() {
        let counter = CounterPayload(
            id: 3, name: "Desk", state: "open", automatic: true,
            serves: [.init(queueID: 2, tier: 1, helpAfter: 0), .init(queueID: 1, tier: 2, helpAfter: 60)], agentID: 5,
            version: 4)
        let event = Samples.event(.counterOpened, .counter(counter, deleted: true))
        let row =
            #"{"counter":{"id":3,"name":"Desk","state":"open","queues":[{"queue_id":2,"tier":1,"help_after":0},"#
            + #"{"queue_id":1,"tier":2,"help_after":60}],"version":4"#
        #expect(
            Samples.text(event, .staff) == head + #""counter.opened","# + stamp + #""ticket_id":null,"queue_id":null"#
                + noTicket + row + #","automatic":true,"agent_id":5},"deleted":true}}"#)
        #expect(
            Samples.text(event, .board) == head + #""counter.opened","# + boardStamp
                + #""ticket_id":null,"queue_id":null"# + noTicket + row + #"},"deleted":true}}"#)
    }

    @Test func `an agent's event has no name, and no agent for boards`() {
        let event = Samples.event(
            .agentChanged, .agent(AgentPayload(id: 5, active: false, version: 2), deleted: false))
        let start = head + #""agent.changed","#
        #expect(
            Samples.text(event, .staff) == start + stamp + #""ticket_id":null,"queue_id":null"# + noTicket
                + #"{"agent":{"id":5,"active":false,"version":2},"deleted":false}}"#)
        #expect(
            Samples.text(event, .board) == start + boardStamp + #""ticket_id":null,"queue_id":null"# + noTicket + "{}}")
    }

    @Test func `a closed day is named beside the branch's row`() {
        let branch = BranchPayload(
            name: "Centre", timeZone: "Europe/Berlin", language: "de", takesNames: false, purgeHours: nil, hours: nil,
            exceptions: [
                .init(date: "2026-12-24", from: "09:00", to: "12:00", note: "Eve"),
                .init(date: "2026-12-25", from: nil, to: nil, note: nil),
            ], day: "2026-11-25", version: 8)
        let row =
            #"{"branch":{"name":"Centre","time_zone":"Europe/Berlin","language":"de","names":false,"#
            + #""purge_hours":null,"hours":null,"exceptions":[{"date":"2026-12-24","from":"09:00","to":"12:00","#
            + #""note":"Eve"},{"date":"2026-12-25","from":null,"to":null,"note":null}],"day":"2026-11-25","version":8}"#
        for (closed, tail) in [("2026-11-24", #","closed_day":"2026-11-24"}}"#), (nil, "}}")] as [(String?, String)] {
            let type = closed == nil ? EventType.branchChanged : .dayClosed
            let event = Samples.event(type, .branch(branch, closedDay: closed))
            #expect(
                Samples.text(event, .staff) == head + "\"\(type.rawValue)\"," + second(stamp)
                    + #""ticket_id":null,"queue_id":null"# + noTicket + row + tail)
        }
    }

    @Test func `the types' names are those of the product`() {
        let names = """
            ticket.created ticket.reserved ticket.recalled ticket.started ticket.completed ticket.no_show \
            ticket.requeued ticket.parked ticket.resumed ticket.transferred ticket.cancelled ticket.abandoned \
            ticket.expired ticket.reinstated ticket.updated counter.opened counter.closed counter.paused \
            queue.changed counter.changed agent.changed branch.changed day.closed
            """
        #expect(EventType.allCases.map(\.rawValue) == names.split(separator: " ").map(String.init))
        let second = EventType.allCases.filter { $0.shapeVersion == 2 }
        #expect(second == [.queueChanged, .branchChanged, .dayClosed])
        #expect(EventType.allCases.allSatisfy { $0.shapeVersion == 1 || second.contains($0) })
    }
}
