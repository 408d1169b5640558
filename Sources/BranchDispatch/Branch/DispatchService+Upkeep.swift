import BranchStore
import QueueDomain

extension DispatchService {
    /// Removes what has outlived its retention, a step at a time, when the writer is idle.
    func purge() async {
        do {
            let count = try await store.purge()
            schedule(.purge, in: count.isFull ? DispatchLimits.purgeStepPause : DispatchLimits.purgePause)
            guard !count.isEmpty else { return }
            let tick = store.moment().tick
            update { shared in
                shared.state.agenda.set(.checkpoint, noLaterThan: tick + DispatchLimits.checkpointPause)
                if count.personal > 0 { shared.day.needsScrub = true }
                if shared.day.needsScrub, !count.isFull {
                    let last = shared.day.lastScrubTick.map { $0 + DispatchLimits.scrubPause }
                    shared.state.agenda.set(.scrub, noLaterThan: max(last ?? tick, tick))
                }
                return []
            }
        } catch {
            report(error, doing: "purge")
            schedule(.purge, in: DispatchLimits.purgePause)
        }
    }

    /// Empties the WAL of purged personal data.
    func scrub() async {
        do {
            guard try await store.scrubLog() else { return schedule(.scrub, in: DispatchLimits.retryPause) }
            let tick = store.moment().tick
            update { shared in
                shared.day.needsScrub = false
                shared.day.lastScrubTick = tick
                return []
            }
        } catch {
            report(error, doing: "scrub the log")
            schedule(.scrub, in: DispatchLimits.purgePause)
        }
    }

    func checkpoint() async {
        do {
            try await store.checkpointWhenIdle()
        } catch {
            // The next write asks for it again.
            report(error, doing: "checkpoint")
        }
    }
}
