extension Decision {
    func issue(_ request: IssueRequest) throws(Rejection) -> [Fact] {
        try checkBounds(priority: request.priority, estimatedTime: request.estimatedTime)
        guard let queue = situation.queue else { throw Rejection(.queueNotFound) }
        let zone = situation.rules.calendar.zone
        guard situation.branch.profile.admits(queue.settings, at: now.wall, in: zone) else {
            throw Rejection(.queueClosed)
        }
        if let cap = queue.settings.cap, queue.waiting >= cap { throw Rejection(.queueFull) }
        guard let count = situation.freeCount else { throw Rejection(.numbersExhausted) }
        let rank = CallingOrder.rank(
            arrivalTick: now.tick, priority: request.priority, credit: queue.settings.creditMilliseconds)
        let ticket = Ticket(
            id: situation.nextTicketID, queueID: queue.id,
            number: TicketNumber(prefix: queue.settings.prefix, count: count), day: situation.branch.day,
            state: .waiting, priority: request.priority, estimatedTime: request.estimatedTime, progress: nil,
            language: request.language, version: 1, rank: rank, arrivalTick: now.tick, queuedTick: now.tick,
            callCount: 0, letAheadCount: 0, arrivedAt: now.wall, queuedAt: now.wall, updatedAt: now.wall)
        return [.ticket(TicketFact(kind: .created, before: nil, after: ticket, drawnCount: count))]
    }
}
