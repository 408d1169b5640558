import BranchControl
import BranchStore
import BranchUplink

extension UplinkDesk {
    /// Takes enrolments for a branch that doesn't run.
    static let offline = UplinkDesk(
        enrol: { text, store throws(ControlRefusal) in try await take(text, store).report },
        status: { nil })

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
