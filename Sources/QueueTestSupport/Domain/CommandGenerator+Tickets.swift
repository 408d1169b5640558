import QueueDomain

extension CommandGenerator {
    mutating func issue() -> Command {
        let queue = random.chance(10) ? QueueID(99) : random.pick(queueIDs) ?? QueueID(1)
        let priority = random.chance(600) ? 1 : random.within(1...10)
        let estimatedTime = random.chance(300) ? random.below(1_200) : nil
        let language = random.pick(["de", "pt-BR", nil, nil]) ?? nil
        return Command(
            actor: Actor(role: .kiosk, id: 1),
            request: .issue(
                IssueRequest(queueID: queue, priority: priority, estimatedTime: estimatedTime, language: language)))
    }

    mutating func ticketCommand(_ branch: SimulatedBranch) -> Command {
        let source = branch.source
        let id = anyTicket(source)
        let action: TicketAction
        if random.chance(150) {
            action = anyAction(branch)
        } else {
            switch source.state(of: id) {
            case .waiting: action = actionOnWaiting()
            case .called: action = actionOnCalled(branch)
            case .serving: action = actionOnServing(branch)
            case .parked: action = actionOnParked()
            default: action = anyAction(branch)
            }
        }
        return command(id, action, source)
    }

    mutating func undo(_ source: MemorySource) -> Command { command(recentTicket(source), .undo, source) }

    mutating func reinstate(_ source: MemorySource) -> Command {
        let id = random.chance(500) ? recentTicket(source) : anyTicket(source)
        return command(id, .reinstate, source)
    }

    /// What a customer does by the ticket's link.
    mutating func customerCommand(_ source: MemorySource) -> Command {
        let id = random.chance(400) ? recentTicket(source) : anyTicket(source)
        let action: TicketAction = random.pick([.letAhead, .letAhead, .abandon, .undo]) ?? .letAhead
        return Command(actor: .link, request: .ticket(id, action, expecting: nil))
    }

    private mutating func command(_ id: TicketID, _ action: TicketAction, _ source: MemorySource) -> Command {
        let (actor, agentID) = staff()
        let seat = agentID != nil && random.chance(300) ? anyCounter() : nil
        return Command(
            actor: actor, agentID: agentID, seat: seat,
            request: .ticket(id, action, expecting: expectation(source.version(of: id))))
    }

    private mutating func actionOnWaiting() -> TicketAction {
        switch random.below(12) {
        case 0..<4: .call(anyCounter())
        case 4: .hold(holding())
        case 5: .cancel
        case 6: .abandon
        case 7: .letAhead
        case 8, 9: patch()
        case 10: update()
        default: .setStatus(expected: .waiting, to: random.chance(700) ? .processing : .done, holding: holding())
        }
    }

    private mutating func actionOnCalled(_ branch: SimulatedBranch) -> TicketAction {
        switch random.below(14) {
        case 0: .recall
        case 1, 2, 3: .start
        case 4: .noShow
        case 5: .requeue
        case 6, 7: park(branch)
        case 8, 9: transfer()
        case 10: .complete
        case 11: update()
        case 12: patch()
        default: .setStatus(expected: .processing, to: random.chance(500) ? .waiting : .done, holding: holding())
        }
    }

    private mutating func actionOnServing(_ branch: SimulatedBranch) -> TicketAction {
        switch random.below(10) {
        case 0..<4: .complete
        case 4: park(branch)
        case 5, 6: transfer()
        case 7: .requeue
        case 8: update()
        default: patch()
        }
    }

    private mutating func actionOnParked() -> TicketAction {
        switch random.below(8) {
        case 0, 1: .resume(nil)
        case 2, 3, 4: .resume(anyCounter())
        case 5: .cancel
        case 6: .abandon
        default: .setStatus(expected: .processing, to: random.chance(500) ? .waiting : .done, holding: holding())
        }
    }

    private mutating func anyAction(_ branch: SimulatedBranch) -> TicketAction {
        switch random.below(20) {
        case 0: .call(anyCounter())
        case 1: .hold(holding())
        case 2: .recall
        case 3: .start
        case 4: .noShow
        case 5: .requeue
        case 6: park(branch)
        case 7: .resume(random.chance(500) ? nil : anyCounter())
        case 8: transfer()
        case 9: .complete
        case 10: .cancel
        case 11: .abandon
        case 12: .undo
        case 13: .letAhead
        case 14: update()
        case 15: patch()
        case 16: .setStatus(expected: anyStatus(), to: anyStatus(), holding: holding())
        case 17: .returnFromPark
        case 18: .expireLease
        default: .expireDay
        }
    }

    private mutating func anyStatus() -> TicketStatus { random.pick(TicketStatus.allCases) ?? .waiting }

    mutating func anyCounter() -> CounterID {
        random.chance(10) ? CounterID(99) : random.pick(counterIDs) ?? CounterID(1)
    }

    private mutating func park(_ branch: SimulatedBranch) -> TicketAction {
        let wall = branch.clock.reading.wall
        switch random.below(10) {
        case 0, 1: return .park(until: nil)
        case 2: return .park(until: wall.adding(milliseconds: -5_000))
        case 3: return .park(until: wall.adding(milliseconds: Rules.longestPark + Int64(random.within(-1...1))))
        default: return .park(until: wall.adding(milliseconds: Int64(random.below(300_000))))
        }
    }

    private mutating func transfer() -> TicketAction {
        let place = random.pick(TransferPlace.allCases) ?? .arrival
        if random.chance(350) { return .transfer(.counter(anyCounter()), place) }
        let queue = random.chance(10) ? QueueID(99) : random.pick(queueIDs) ?? QueueID(1)
        return .transfer(.queue(queue), place)
    }

    private mutating func update() -> TicketAction {
        .update(
            estimatedTime: random.chance(500) ? .keep : .set(random.chance(200) ? nil : random.within(-1...900)),
            progress: random.chance(300) ? .keep : .set(random.chance(100) ? nil : random.within(-1...101)))
    }

    private mutating func patch() -> TicketAction {
        .patch(
            priority: random.chance(300) ? .keep : .set(random.within(0...11)),
            estimatedTime: random.chance(800) ? .keep : .set(random.below(600)),
            language: random.chance(800) ? .keep : .set(random.chance(500) ? "fr" : nil))
    }
}
