import BranchStore
import Logging
import QueueDomain

extension DispatchService {
    /// Rolls the day for as long as the writer agrees, one day at a time; then looks again when it may be over.
    func rollDay() async {
        var hasRolled = false
        while true {
            let moment = store.moment()
            let day = update(taking: { $0.day.day })
            let end = store.rules.calendar.end(of: day)
            let pause = DayState.pause(until: end, at: moment.wall)
            guard moment.wall >= end else { return finishRoll(hasRolled, nextLook: moment.tick + pause) }
            do {
                let command = Command(actor: .system, request: .rollDay)
                let reply = try await store.writer.submit(WriteRequest(command, isInternal: true))
                guard case .done(let result) = reply, case .branch(let change) = result.facts.last else {
                    return finishRoll(hasRolled, nextLook: moment.tick + pause)
                }
                hasRolled = true
                update { shared in
                    shared.day.begin(change.after)
                    return []
                }
                logger.info("The business day has ended", metadata: ["day": "\(change.before.day.text)"])
            } catch {
                report(error, doing: "roll the business day")
                return finishRoll(hasRolled, nextLook: moment.tick + DispatchLimits.retryPause)
            }
        }
    }

    private func finishRoll(_ hasRolled: Bool, nextLook tick: Int64) {
        update { shared in
            shared.state.agenda.set(.rollDay, at: tick)
            return hasRolled ? [.job(.expireDay)] : []
        }
    }

    /// Ends what is left of earlier days, a few at a time, so that customers are not delayed; a service that goes on
    /// is left alone for its grace.
    func expireDay() async {
        let today = update(taking: { $0.day })
        var last = TicketID(0)
        var isLeftAlone = false
        do {
            while true {
                let page = try await store.overdueTickets(
                    before: today.day, after: last, limit: DispatchLimits.overduePage)
                guard let end = page.last else { break }
                last = end
                for start in stride(from: 0, to: page.count, by: DispatchLimits.overdueAtOnce) {
                    let few = page[start..<min(page.count, start + DispatchLimits.overdueAtOnce)]
                    if try await expire(Array(few)) { isLeftAlone = true }
                }
                if page.count < DispatchLimits.overduePage || Task.isCancelled { break }
            }
        } catch {
            report(error, doing: "expire the tickets of an earlier day")
            return schedule(.expireDay, in: DispatchLimits.retryPause)
        }
        guard isLeftAlone else { return }
        let tick = store.moment().tick
        schedule(.expireDay, in: max(today.beganTick + Rules.servingGrace - tick, Span.minute))
    }

    /// - Returns: whether one of them is still being served.
    private func expire(_ tickets: [TicketID]) async throws(StoreError) -> Bool {
        let answers = await withTaskGroup(of: Result<WriteReply, StoreError>.self) { group in
            for id in tickets {
                let command = Command(actor: .system, request: .ticket(id, .expireDay))
                group.addTask {
                    do throws(StoreError) {
                        return .success(try await self.store.writer.submit(WriteRequest(command, isInternal: true)))
                    } catch {
                        return .failure(error)
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        var isLeftAlone = false
        for answer in answers {
            if case .rejected(let refusal, _) = try answer.get(), refusal.ticket?.state == .serving {
                isLeftAlone = true
            }
        }
        return isLeftAlone
    }

    /// Puts something on the agenda after a pause in milliseconds.
    func schedule(_ key: Due, in pause: Int64) {
        let tick = store.moment().tick + pause
        update { shared in
            shared.state.agenda.set(key, at: tick)
            return []
        }
    }
}
