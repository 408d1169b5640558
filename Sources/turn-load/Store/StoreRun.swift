import BranchStore
import Foundation
import Histogram
import QueueDomain
import Synchronization

/// Callers that issue tickets as fast as the writer makes them durable.
struct StoreRun: Sendable {
    let callers: Int
    let seconds: Double
    let directory: String

    /// Something that a run can't go on after.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    func measure() async throws -> LoadReport {
        let lock = try DataLock.acquire(in: directory)
        let store = try BranchStore.open(directory: directory, lock: lock)
        let queue = try await makeQueue(in: store)
        let began = ContinuousClock.now
        let end = began + .seconds(seconds)
        let histograms = try await withThrowingTaskGroup(of: Histogram<UInt32>.self) { group in
            for _ in 0..<callers { group.addTask { try await issue(in: queue, store: store, until: end) } }
            var all: [Histogram<UInt32>] = []
            for try await histogram in group { all.append(histogram) }
            return all
        }
        let elapsed = ContinuousClock.now - began
        await store.close()
        return summary(of: histograms, over: elapsed)
    }

    private func makeQueue(in store: BranchStore) async throws -> QueueID {
        let settings = QueueSettings(name: "Load", prefix: "L", lastNumber: 999_999)
        let request = WriteRequest(Command(actor: .system, request: .edit(.createQueue(settings))))
        guard case .done(let result) = try await store.writer.submit(request),
            case .queue(let fact)? = result.facts.first, let made = fact.after
        else { throw Failure(description: "the queue could not be made") }
        return made.id
    }

    private func issue(
        in queue: QueueID, store: BranchStore, until end: ContinuousClock.Instant
    ) async throws -> Histogram<UInt32> {
        var histogram = Histogram<UInt32>(
            highestTrackableValue: Limits.latencyMicroseconds, numberOfSignificantValueDigits: .three)
        let command = Command(actor: Actor(role: .kiosk, id: 1), request: .issue(IssueRequest(queueID: queue)))
        var began = ContinuousClock.now
        while began < end {
            guard case .done = try await store.writer.submit(WriteRequest(command)) else {
                throw Failure(description: "a ticket was refused")
            }
            let now = ContinuousClock.now
            let span = (now - began).components
            histogram.record(UInt64(span.seconds) * 1_000_000 + UInt64(span.attoseconds / 1_000_000_000_000))
            began = now
        }
        return histogram
    }

    private func summary(of histograms: [Histogram<UInt32>], over elapsed: Duration) -> LoadReport {
        var all = Histogram<UInt32>(
            highestTrackableValue: Limits.latencyMicroseconds, numberOfSignificantValueDigits: .three)
        for histogram in histograms {
            for value in histogram.recordedValues() { all.record(value.value, count: value.count) }
        }
        var report = LoadReport()
        report.title = "The writer alone, \(callers) callers"
        report.seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18
        report.rows = [LoadReport.Row("issue", all, seconds: report.seconds)]
        return report
    }
}
