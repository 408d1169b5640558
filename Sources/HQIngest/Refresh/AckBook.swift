package import QueueEvents

/// What head office must remember of each branch to write its hash `ack`, beside the cursor.
///
/// A refusal stands in every answer until a frame was taken again; a process that takes over doesn't know it, and the
/// branch finds out by sending again.
package struct AckBook: Sendable {
    private struct Page {
        var beat: Int64 = 0
        var refusal: UplinkAck.Refusal?
        var refusedGen: Int64 = 0
    }

    private var pages: [Int64: Page] = [:]

    package init() {}

    /// Begins with a branch whose hash holds this beat; the next one is above it, whatever this machine's clock says.
    package mutating func begin(_ branch: Int64, beat: Int64) {
        pages[branch] = Page(beat: beat)
    }

    /// Forgets the branches that are not served any more.
    package mutating func keep(_ served: [Int64]) {
        guard pages.count > served.count else { return }
        let kept = Set(served)
        pages = pages.filter { kept.contains($0.key) }
    }

    /// What stands against a branch.
    package func refusal(of branch: Int64) -> IngestTransaction.Refusal {
        IngestTransaction.Refusal(refusal: pages[branch]?.refusal, gen: pages[branch]?.refusedGen ?? 0)
    }

    /// Replaces what stands against a branch, after the transaction that found it.
    package mutating func note(_ standing: IngestTransaction.Refusal, of branch: Int64) {
        var page = pages[branch] ?? Page()
        (page.refusal, page.refusedGen) = (standing.refusal, standing.gen)
        pages[branch] = page
    }

    /// The next answer to a branch; each has a higher beat.
    package mutating func answer(
        to branch: Int64, cursor: UplinkPosition, incarnation: String, now: Int64
    ) -> UplinkAck {
        var page = pages[branch] ?? Page()
        page.beat = max(page.beat == .max ? .max : page.beat + 1, now)
        pages[branch] = page
        return UplinkAck(
            incarnation: incarnation, cursor: cursor, beat: page.beat, hqTime: now, refusal: page.refusal,
            refusedGen: page.refusedGen)
    }
}
