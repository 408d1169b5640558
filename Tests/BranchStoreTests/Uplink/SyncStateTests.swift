import BranchStore
import QueueDomain
import QueueEvents
import Testing

@Suite struct SyncStateTests {
    private func opened(_ change: (inout Retention) -> Void = { _ in }) async throws -> StoreFixture {
        let fixture = try StoreFixture(inMemory: true) { change(&$0.retention) }
        try await fixture.setUp()
        return fixture
    }

    private func position(_ fixture: StoreFixture, _ seq: Int64) async throws -> UplinkPosition {
        let link = try #require(try await fixture.store.chainLinks(at: [seq]).first)
        return UplinkPosition(epoch: 1, seq: seq, chain: link.chain)
    }

    @Test func `a new branch isn't enrolled and has one epoch`() async throws {
        let store = try await opened().store
        let state = try await store.syncState()
        #expect(state == SyncState())
        let history = try await store.uplinkHistory()
        #expect(history.epochs.map(\.number) == [1])
        #expect(history.epochs[0].lineage == store.lineage && history.epochs[0].parent == nil)
        #expect(history.anchor.seq == 0 && history.anchor.chain == EventChain(lineage: store.lineage))
    }

    @Test func `what is remembered is there after the next start`() async throws {
        let fixture = try await opened()
        let acked = try await position(fixture, 2)
        let changed = try await fixture.store.changeSyncState {
            $0.branch = 7
            $0.gen = 3
            $0.acked = acked
            $0.incarnation = "71-2"
        }
        await fixture.close()
        #expect(try await fixture.store.syncState() == changed)
        #expect(changed.gen == 3 && changed.acked == acked && changed.branch == 7 && changed.incarnation == "71-2")
    }

    @Test func `events come with the links that chain them`() async throws {
        let fixture = try await opened()
        for _ in 1...5 { _ = try await fixture.issue() }
        let history = try await fixture.store.uplinkHistory()
        let events = try #require(try await fixture.store.uplinkEvents(after: 0, limit: 1_000, bytes: 1 << 20))
        #expect(events.map(\.seq) == Array(1...history.head.seq))
        var chain = history.anchor.chain
        for event in events {
            chain = chain.next(uid: try EventHead(event.body).uid, body: event.body)
            #expect(event.chain == chain)
        }
        #expect(chain == history.head.chain)
    }

    @Test func `a portion ends at its bytes, and has one event at least`() async throws {
        let fixture = try await opened()
        for _ in 1...5 { _ = try await fixture.issue() }
        #expect(try await fixture.store.uplinkEvents(after: 0, limit: 1_000, bytes: 1)?.count == 1)
        #expect(try await fixture.store.uplinkEvents(after: 0, limit: 3, bytes: 1 << 20)?.count == 3)
    }

    @Test func `an epoch is a label and changes the incarnation at once`() async throws {
        let fixture = try await opened()
        let before = try fixture.store.lineage
        let head = try await fixture.store.uplinkHistory().head
        let parent = FrameHeader.Parent(epoch: 1, chain: head.chain)
        let epoch = try await fixture.store.openEpoch(
            number: 4, firstSeq: head.seq + 1, parent: parent, reason: "fork")
        #expect(try fixture.store.lineage == epoch.lineage && epoch.lineage != before)
        _ = try await fixture.issue()
        await fixture.close()
        #expect(try fixture.store.lineage == epoch.lineage)
        let history = try await fixture.store.uplinkHistory()
        #expect(history.epochs.last == epoch && history.head.seq == head.seq + 1)
        #expect(history.epoch(of: head.seq)?.number == 1 && history.epoch(of: head.seq + 1)?.number == 4)
        #expect(try await fixture.store.firstBrokenEvent() == nil)
        await #expect(throws: StoreError.self) {
            try await fixture.store.openEpoch(number: 4, firstSeq: 1, parent: nil, reason: "fork")
        }
    }

    @Test func `an enrolled branch prunes only what head office has, after its own span`() async throws {
        let fixture = try await opened()
        _ = try await fixture.issue()
        let head = try await fixture.store.uplinkHistory().head.seq
        let acked = try await position(fixture, head - 1)
        try await fixture.store.changeSyncState {
            $0.branch = 7
            $0.acked = acked
        }
        fixture.clock.advance(14 * Span.day)
        #expect(try await fixture.store.purge().events == 0)
        fixture.clock.advance(800 * Span.day)
        #expect(try await fixture.store.purge().events == Int(head - 1))
        let history = try await fixture.store.uplinkHistory()
        #expect(history.anchor == ChainLink(seq: acked.seq, chain: acked.chain))
        #expect(try await fixture.store.uplinkEvents(after: 0, limit: 10, bytes: 1 << 20) == nil)
        await #expect(throws: StoreError.self) {
            try await fixture.store.openEpoch(number: 2, firstSeq: acked.seq, parent: nil, reason: "baseline")
        }
        #expect(try await fixture.store.chainLinks(at: [acked.seq, head, 1]).map(\.seq) == [acked.seq, head])
    }
}
