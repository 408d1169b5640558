package import BranchStore
import QueueEvents

/// Why an enrolment was not taken.
package enum EnrolError: Error, Sendable {
    /// The text is none, or the file can't be written.
    case fault(EnrolmentFault)
    /// The store failed.
    case store(StoreError)
}

extension Enrolment {
    /// Takes an enrolment's text for a branch: the file first, then what the database remembers. A crash between the
    /// two is mended by ``adopt(in:)`` at the next start.
    /// - Returns: the enrolment, and whether the branch was another one to head office before, or none.
    /// - Throws: `EnrolError`; then the former enrolment stands.
    package static func take(
        _ text: [UInt8], in store: BranchStore
    ) async throws(EnrolError) -> (enrolment: Enrolment, isNew: Bool) {
        let enrolment: Enrolment
        do throws(EnrolmentFault) {
            enrolment = try Enrolment(text)
            try EnrolmentFile.save(enrolment, in: store.directory)
        } catch {
            throw .fault(error)
        }
        do throws(StoreError) {
            return (enrolment, try await enrolment.adopt(in: store))
        } catch {
            throw .store(error)
        }
    }

    /// Makes the database remember this branch's number. To another one nothing was ever sent, so what head office
    /// has is forgotten; the generation is kept, since it only ever rises.
    /// - Returns: whether the number is another one than before.
    package func adopt(in store: BranchStore) async throws(StoreError) -> Bool {
        let branch = branch
        guard try await store.syncState().branch != branch else { return false }
        try await store.changeSyncState {
            $0.branch = branch
            $0.acked = .none
            $0.incarnation = nil
        }
        return true
    }
}
