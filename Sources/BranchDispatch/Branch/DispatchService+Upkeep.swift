import BranchStore
import QueueDomain

extension DispatchService {
    /// Removes what has outlived its retention, a step at a time, when the writer is idle.
    func purge() async {
        do {
            let count = try await store.purge()
            schedule(.purge, in: count.isFull ? DispatchLimits.purgeStepPause : DispatchLimits.purgePause)
            let tick = store.moment().tick
            let erasures = store.writer.erasures
            // While names are still being purged, emptying the log would have to be done again.
            let hasMoreNames = count.personal >= StoreLimits.purge
            update { shared in
                if !count.isEmpty {
                    shared.state.agenda.set(.checkpoint, noLaterThan: tick + DispatchLimits.checkpointPause)
                }
                if shared.day.scrubbedErasures != erasures, !hasMoreNames {
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

    /// Empties the WAL of personal data that were purged or erased.
    func scrub() async {
        // Counted before, so that what is erased meanwhile is not taken for emptied.
        let erasures = store.writer.erasures
        do {
            guard try await store.scrubLog() else { return schedule(.scrub, in: DispatchLimits.retryPause) }
            let tick = store.moment().tick
            update { shared in
                shared.day.scrubbedErasures = erasures
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
