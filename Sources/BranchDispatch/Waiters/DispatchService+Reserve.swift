package import BranchStore
package import QueueDomain

extension DispatchService {
    /// Takes the next customer of a queue, waiting for one when nobody is there.
    ///
    /// First come, first served per queue, automatic counters among the callers. A repeated call under the same
    /// Idempotency-Key takes over the first one's place, and the first is answered that nobody waits. A caller whose
    /// task is cancelled loses its place; a ticket that it was just called and that nobody can ask for again goes
    /// back in line. A shutdown answers everybody that nobody waits.
    /// - Parameters:
    ///   - queue: whose customers the request takes.
    ///   - request: a `reserve`, or a `callNext` of that queue which completes nothing. Asked as often as it takes;
    ///     only the last empty answer is kept under its key.
    ///   - waiting: how long at most; zero or less asks once. Cut to `DispatchLimits.longestWait`.
    /// - Throws: `StoreError`, as the writer does; `.overloaded` also when too many wait.
    package func reserve(
        queue: QueueID, request: WriteRequest, waiting: Duration
    ) async throws(StoreError) -> WriteReply {
        guard waiting > .zero else { return try await store.writer.submit(request) }
        let key = request.idempotency.map { WaiterKey(scope: $0.scope, requestHash: $0.requestHash) }
        guard let seat = try join(queue, key: key, waiting: waiting) else {
            return try await store.writer.submit(request)
        }
        return try await withTaskCancellationHandler {
            await wait(seat, request)
        } onCancel: {
            self.update { $0.state.vanish(seat.caller) }
        }.get()
    }

    private struct TakenPlace {
        let caller: CallerID
        let place: PlaceID
        let start: WaiterList.Start
    }

    /// - Returns: nil once the dispatcher has stopped.
    private func join(
        _ queue: QueueID, key: WaiterKey?, waiting: Duration
    ) throws(StoreError) -> TakenPlace? {
        let span = min(waiting, .seconds(DispatchLimits.longestWait))
        let milliseconds = span.components.seconds * 1_000 + span.components.attoseconds / 1_000_000_000_000_000
        let tick = store.moment().tick + max(1, milliseconds)
        let joined: Result<TakenPlace?, StoreError> = update(taking: { shared in
            if shared.state.waiters.isClosed { return ([], .success(nil)) }
            do throws(WaiterList.Refusal) {
                let (caller, joined, effects) = try shared.state.join(queue: queue, key: key, until: tick)
                let taken = TakenPlace(caller: caller, place: joined.place, start: joined.start)
                return (effects, .success(taken))
            } catch {
                switch error {
                case .full: return ([], .failure(.overloaded(retryAfter: 1)))
                case .keyReused: return ([], .failure(.keyReused))
                }
            }
        })
        return try joined.get()
    }

    private func wait(_ seat: TakenPlace, _ request: WriteRequest) async -> Result<WriteReply, StoreError> {
        defer { leave(seat) }
        var wake: Wake
        switch seat.start {
        case .attempt:
            wake = .attempt(isLast: false)
        case .replay:
            var question = request
            question.onlyReplays = true
            let answer = await submit(question)
            if Self.outcome(of: answer) != .empty { return answer }
            wake = await nextWake(of: seat.caller)
        case .wait:
            wake = await nextWake(of: seat.caller)
        }
        var isFirst = seat.start == .attempt
        while case .attempt(let isLast) = wake {
            var trial = request
            trial.keepsEmptyAnswer = isLast
            // Whoever was made to wait is not refused for load when its turn comes.
            trial.isInternal = request.isInternal || !isFirst
            isFirst = false
            var answer = await submit(trial)
            let outcome = Self.outcome(of: answer)
            update { $0.state.attemptEnded(seat.place, by: seat.caller, outcome) }
            if Task.isCancelled, request.idempotency == nil, await giveBack(answer) { answer = .success(.empty) }
            if outcome != .empty || isLast { return answer }
            wake = await nextWake(of: seat.caller)
        }
        return .success(.empty)
    }

    private func leave(_ seat: TakenPlace) {
        update { shared in
            let effects = shared.state.leave(seat.caller, seat.place)
            shared.mail[seat.caller] = nil
            return effects
        }
    }

    private func submit(_ request: WriteRequest) async -> Result<WriteReply, StoreError> {
        do {
            return .success(try await store.writer.submit(request))
        } catch {
            return .failure(error)
        }
    }

    /// The client went away, or lost its permission, in the instant in which it was given a customer, and can't ask for
    /// the answer again.
    /// - Returns: whether the customer is back in line.
    private func giveBack(_ answer: Result<WriteReply, StoreError>) async -> Bool {
        guard case .success(.done(let result)) = answer, let ticket = result.ticket, ticket.holder != nil else {
            return false
        }
        let action = Command.Request.ticket(ticket.id, .requeue, expecting: ticket.version)
        let back = await submit(WriteRequest(Command(actor: .system, request: action), isInternal: true))
        switch back {
        case .success(.done): return true
        case .success: return false
        case .failure(let error):
            report(error, doing: "give a customer back")
            return false
        }
    }

    static func outcome(of answer: Result<WriteReply, StoreError>) -> AttemptOutcome {
        guard case .success(.done(let result)) = answer else { return .refused }
        guard result.ticket != nil else { return .empty }
        return .served(line: result.line)
    }
}

extension WriteResult {
    /// The queue out of whose own line a ticket was called.
    fileprivate var line: QueueID? {
        for fact in facts {
            if case .ticket(let change) = fact, change.kind == .reserved, let before = change.before {
                return before.waitsInQueueLine ? before.queueID : nil
            }
        }
        return nil
    }
}
