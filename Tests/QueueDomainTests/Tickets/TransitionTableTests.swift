import QueueDomain
import QueueTestSupport
import Testing

/// One action and where it leads from each state; from every other state it is refused.
struct TransitionRow: Sendable, CustomTestStringConvertible {
    let name: String
    let action: TicketAction
    let leads: [TicketState: TicketState]
    /// The refusal from an open state that isn't listed, and from an ended one.
    var refused = RejectionCode.invalidTransition
    var refusedWhenEnded: RejectionCode?
    /// Refusals that differ for one state.
    var exceptions: [TicketState: RejectionCode] = [:]

    var testDescription: String { name }

    func refusal(from state: TicketState) -> RejectionCode {
        exceptions[state] ?? (state.isEnded ? refusedWhenEnded ?? refused : refused)
    }

    static let table: [TransitionRow] = [
        TransitionRow(name: "call", action: .call(CounterID(2)), leads: [.waiting: .called]),
        TransitionRow(name: "hold", action: .hold(.worker(1)), leads: [.waiting: .called]),
        TransitionRow(name: "recall", action: .recall, leads: [.called: .called]),
        TransitionRow(name: "start", action: .start, leads: [.called: .serving]),
        TransitionRow(name: "no-show", action: .noShow, leads: [.called: .noShow]),
        TransitionRow(name: "requeue", action: .requeue, leads: [.called: .waiting, .serving: .waiting]),
        TransitionRow(name: "park", action: .park(until: nil), leads: [.called: .parked, .serving: .parked]),
        TransitionRow(name: "resume", action: .resume(nil), leads: [.parked: .waiting]),
        TransitionRow(name: "resume at a counter", action: .resume(CounterID(2)), leads: [.parked: .serving]),
        TransitionRow(
            name: "transfer to a queue", action: .transfer(.queue(QueueID(1)), .arrival),
            leads: [.called: .waiting, .serving: .waiting]),
        TransitionRow(
            name: "transfer to a counter", action: .transfer(.counter(CounterID(2)), .last),
            leads: [.called: .waiting, .serving: .waiting]),
        TransitionRow(name: "complete", action: .complete, leads: [.called: .completed, .serving: .completed]),
        TransitionRow(name: "cancel", action: .cancel, leads: [.waiting: .cancelled, .parked: .cancelled]),
        TransitionRow(name: "abandon", action: .abandon, leads: [.waiting: .abandoned, .parked: .abandoned]),
        TransitionRow(
            name: "undo", action: .undo,
            leads: [
                .called: .waiting, .parked: .called, .completed: .called, .noShow: .called, .cancelled: .waiting,
                .abandoned: .waiting,
            ], refused: .nothingToUndo),
        TransitionRow(
            name: "reinstate", action: .reinstate,
            leads: [
                .completed: .waiting, .noShow: .waiting, .cancelled: .waiting, .abandoned: .waiting,
                .expired: .waiting,
            ]),
        TransitionRow(
            name: "update", action: .update(estimatedTime: .set(60), progress: .set(10)), leads: sameWhileOpen,
            refusedWhenEnded: .ticketEnded),
        TransitionRow(
            name: "patch", action: .patch(priority: .set(2), estimatedTime: .keep, language: .set("de")),
            leads: sameWhileOpen, refusedWhenEnded: .ticketEnded),
        TransitionRow(
            name: "let ahead", action: .letAhead, leads: [:], exceptions: [.waiting: .nobodyBehind]),
        TransitionRow(name: "return from park", action: .returnFromPark, leads: [:], refused: .notDue),
        TransitionRow(name: "expire lease", action: .expireLease, leads: [:], refused: .notDue),
        TransitionRow(name: "expire day", action: .expireDay, leads: [:], refused: .notDue),
    ]

    private static let sameWhileOpen: [TicketState: TicketState] = [
        .waiting: .waiting, .called: .called, .serving: .serving, .parked: .parked,
    ]
}

@Suite struct TransitionTableTests {
    @Test(arguments: TicketState.allCases, TransitionRow.table)
    func `an action leads where the table says, or is refused with the ticket as it is`(
        from state: TicketState, row: TransitionRow
    ) throws {
        let scene = try Scene()
        let ticket = try scene.ticket(in: state)
        #expect(ticket.state == state)
        if let expected = row.leads[state] {
            let after = try scene.act(ticket.id, row.action, expecting: ticket.version)
            #expect(after.state == expected)
            #expect(after.version == ticket.version + 1)
            #expect(after.number == ticket.number)
            #expect(try scene.ticket(ticket.id) == after)
        } else {
            let rejection = scene.refusal(.ticket(ticket.id, row.action))
            #expect(rejection?.code == row.refusal(from: state))
            #expect(rejection?.ticket == ticket)
            #expect(try scene.ticket(ticket.id) == ticket)
        }
    }

    @Test(arguments: TransitionRow.table)
    func `a stale version is refused before anything else`(row: TransitionRow) throws {
        let scene = try Scene()
        for state in TicketState.allCases {
            let ticket = try scene.ticket(in: state)
            #expect(scene.refusal(ticket.id, row.action, expecting: ticket.version + 1) == .versionConflict)
            #expect(scene.refusal(ticket.id, row.action, expecting: ticket.version - 1) == .versionConflict)
            if ticket.counterID == CounterID(1), !state.isEnded { try scene.act(ticket.id, .complete) }
        }
    }

    @Test(arguments: TransitionRow.table)
    func `an unknown ticket is not found`(row: TransitionRow) throws {
        #expect(try Scene().refusal(TicketID(404), row.action) == .ticketNotFound)
    }

    @Test(arguments: TicketState.allCases, TicketStatus.allCases)
    func `the original interface moves by status`(from state: TicketState, to status: TicketStatus) throws {
        let scene = try Scene()
        let ticket = try scene.ticket(in: state)
        let action = TicketAction.setStatus(expected: ticket.state.status, to: status, holding: .worker(1))
        let leads: [TicketState: [TicketStatus: TicketState]] = [
            .waiting: [.processing: .called, .done: .cancelled],
            .called: [.waiting: .waiting, .done: .completed],
            .serving: [.waiting: .waiting, .done: .completed],
            .parked: [.waiting: .waiting],
        ]
        if let expected = leads[state]?[status] {
            #expect(try scene.act(ticket.id, action).state == expected)
        } else {
            #expect(scene.refusal(ticket.id, action) == .invalidTransition)
        }
    }

    @Test(arguments: TicketState.allCases)
    func `another status than the expected one is refused`(state: TicketState) throws {
        let scene = try Scene()
        let ticket = try scene.ticket(in: state)
        for status in TicketStatus.allCases where status != state.status {
            let action = TicketAction.setStatus(expected: status, to: .done, holding: .worker(1))
            #expect(scene.refusal(ticket.id, action) == .statusMismatch)
        }
    }

    @Test(arguments: [
        (TicketState.waiting, TicketStatus.waiting), (.called, .processing), (.serving, .processing),
        (.parked, .processing), (.completed, .done), (.noShow, .done), (.cancelled, .done), (.abandoned, .done),
        (.expired, .done),
    ])
    func `status is a function of state`(state: TicketState, status: TicketStatus) {
        #expect(state.status == status)
        #expect(state.isEnded == (status == .done))
        #expect(state.occupiesCounter == (state == .called || state == .serving))
    }
}
