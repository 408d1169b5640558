import BranchControl
import BranchStore
import BranchUplink
import QueueEvents

extension UplinkDesk {
    /// Takes enrolments for a branch that doesn't run.
    static let offline = UplinkDesk(
        enrol: { text, store throws(ControlRefusal) in try await take(text, store).report },
        status: { nil })

    /// Takes enrolments for the branch that runs, which goes on with them at once, and tells how its uplink is.
    static func running(_ uplink: UplinkService, _ store: BranchStore) -> UplinkDesk {
        UplinkDesk(
            enrol: { text, store throws(ControlRefusal) in
                let (enrolment, report) = try await take(text, store)
                uplink.enrol(enrolment)
                return report
            },
            status: { await uplink.standing?.report(of: store) })
    }

    /// Takes an enrolment, durably.
    static func take(
        _ text: String, _ store: BranchStore
    ) async throws(ControlRefusal) -> (enrolment: Enrolment, report: EnrolReport) {
        do throws(EnrolError) {
            let (enrolment, isNew) = try await Enrolment.take(Array(text.utf8), in: store)
            return (enrolment, EnrolReport(branchId: enrolment.branch, name: enrolment.name, isNew: isNew))
        } catch {
            switch error {
            case .fault(let fault): throw ControlRefusal(.refused, "the enrolment: \(fault)")
            case .store(let error): throw ControlRefusal(error)
            }
        }
    }
}

extension UplinkStanding {
    /// With what only the store knows: how old the oldest event is that head office doesn't have.
    fileprivate func report(of store: BranchStore) async -> UplinkReport {
        let head = store.writer.ring.head
        let safe = publisher?.acked.seq ?? 0
        let relayed = publisher?.relayed ?? safe
        // Without the age the rest is worth telling all the same.
        let age = safe < head ? (try? await store.age(of: safe + 1)) ?? nil : nil
        return UplinkReport(
            branchId: branch, connected: isConnected, pending: max(0, head - relayed),
            relayed: max(0, relayed - safe), safeSeq: safe,
            oldestUnsafeSeconds: age.map { Double($0.components.seconds) }, epoch: publisher?.epoch ?? 0,
            generation: publisher?.gen ?? 0, obstacle: obstacle)
    }
}
