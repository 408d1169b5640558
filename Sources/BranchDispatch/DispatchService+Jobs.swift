import BranchStore
import QueueDomain

extension DispatchService {
    func perform(_ job: Job) async {
        switch job {
        case .call(let counter, let place): await call(counter, place)
        case .lookAhead(let counter): await lookAhead(counter)
        case .returnFromPark(let ticket): await end(.park(ticket), of: ticket, by: .returnFromPark)
        case .expireLease(let ticket): await end(.lease(ticket), of: ticket, by: .expireLease)
        case .reload:
            await load()
            // What was taken in while the database was read has to be taken in once more.
            await catchUp()
        case .rollDay: await rollDay()
        case .expireDay: await expireDay()
        case .purge: await purge()
        case .checkpoint: await checkpoint()
        case .scrub: await scrub()
        }
    }

    /// Calls the next customer to an automatic counter. Being refused is normal: nobody waits, or somebody at the
    /// counter was faster.
    private func call(_ counter: CounterID, _ place: PlaceID) async {
        let request = CallNextRequest(counterID: counter, isAutomatic: true)
        let command = Command(actor: .system, request: .callNext(request))
        let answer: Result<WriteReply, StoreError>
        do {
            answer = .success(try await store.writer.submit(WriteRequest(command, isInternal: true)))
        } catch {
            report(error, doing: "call to an automatic counter")
            answer = .failure(error)
        }
        update { $0.state.callEnded(counter, place, Self.outcome(of: answer)) }
        if case .failure = answer { schedule(.help(counter), in: DispatchLimits.retryPause) }
    }

    /// Finds when the first of the lines that a free counter helps comes due.
    private func lookAhead(_ counter: CounterID) async {
        let helped = update(taking: { $0.state.helpedQueues(of: counter) })
        guard !helped.isEmpty else { return }
        do {
            let heads = try await store.headQueuedTicks(of: helped.map(\.queueID))
            let tick = store.moment().tick
            update { shared in
                shared.state.linesSeen(from: counter, helped, heads: heads, at: tick)
                return []
            }
        } catch {
            report(error, doing: "look at the lines that a counter helps")
            schedule(.help(counter), in: DispatchLimits.retryPause)
        }
    }

    private func end(_ due: Due, of ticket: TicketID, by action: TicketAction) async {
        do {
            let command = Command(actor: .system, request: .ticket(ticket, action))
            _ = try await store.writer.submit(WriteRequest(command, isInternal: true))
        } catch {
            report(error, doing: "bring a ticket back")
            schedule(due, in: DispatchLimits.retryPause)
        }
    }
}
