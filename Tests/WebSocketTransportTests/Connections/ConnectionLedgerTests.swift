import NIOCore
import NIOEmbedded
import Testing
import WebSocketTransport

@Suite struct ConnectionLedgerTests {
    private func address(_ text: String) throws -> SocketAddress { try SocketAddress(ipAddress: text, port: 4000) }

    private struct Admitted {
        var id: UInt64
        var idleness: Idleness
        var channel: any Channel
        var evicted: (any Channel)?
    }

    /// Admits a connection and returns it; nil when it is refused.
    private func open(
        _ ledger: ConnectionLedger, from text: String = "10.0.0.1", idleSince seconds: Int64 = 1
    ) throws -> Admitted? {
        let (admission, evicted) = ledger.admit(try address(text))
        guard case .admitted(let id) = admission else { return nil }
        let idleness = Idleness(now: .uptimeNanoseconds(0) + .seconds(seconds))
        let channel = EmbeddedChannel()
        ledger.enter(id, channel: channel, idleness: idleness)
        return Admitted(id: id, idleness: idleness, channel: channel, evicted: evicted)
    }

    @Test func theLongestIdleStrangerMakesRoom() throws {
        let ledger = ConnectionLedger(cap: 3, reservedSharePercent: 0, addressCap: 10)
        _ = try #require(try open(ledger, idleSince: 5))
        let oldest = try #require(try open(ledger, idleSince: 2))
        _ = try #require(try open(ledger, idleSince: 9))
        let newcomer = try #require(try open(ledger))
        #expect(newcomer.evicted === oldest.channel)
        #expect(ledger.count == 3)
        #expect(!oldest.idleness.end())
    }

    @Test func busyConnectionsAreNotEvictedAndTheNewcomerIsRefused() throws {
        let ledger = ConnectionLedger(cap: 2, reservedSharePercent: 0, addressCap: 10)
        for _ in 0..<2 { #expect(try #require(try open(ledger)).idleness.end()) }
        #expect(try open(ledger) == nil)
        guard case .refused = ledger.admit(nil).admission else {
            Issue.record("The newcomer was not told.")
            return
        }
    }

    @Test(arguments: [
        // Two connections, and whether they are one client's.
        ("2001:db8:0:1::1", "2001:db8:0:1:ffff::2", true), ("2001:db8:0:1::1", "2001:db8:0:2::1", false),
        ("192.0.2.1", "::ffff:192.0.2.1", true), ("192.0.2.1", "192.0.2.2", false),
        ("127.0.0.1", "127.0.0.1", false), ("::1", "::1", false), ("::ffff:127.0.0.1", "::ffff:127.0.0.1", false),
    ])
    func anAddressIsCountedAsOneClient(_ first: String, _ second: String, _ isOneClient: Bool) throws {
        let ledger = ConnectionLedger(cap: 9, reservedSharePercent: 0, addressCap: 1)
        #expect(try open(ledger, from: first) != nil)
        #expect(try (open(ledger, from: second) == nil) == isOneClient)
    }

    @Test func strangersNeverGetTheReservedShare() throws {
        let ledger = ConnectionLedger(cap: 4, reservedSharePercent: 50, addressCap: 10)
        let first = try #require(try open(ledger))
        let second = try #require(try open(ledger))
        #expect(first.idleness.end())
        #expect(second.idleness.end())
        #expect(try open(ledger) == nil)
        // One that shows a credential frees a stranger's place.
        ledger.recognise(first.id)
        ledger.recognise(first.id)
        #expect(try open(ledger) != nil)
        #expect(ledger.count == 3)
    }

    @Test func recognisedConnectionsAreNotEvicted() throws {
        let ledger = ConnectionLedger(cap: 2, reservedSharePercent: 0, addressCap: 10)
        let staff = try #require(try open(ledger, idleSince: 1))
        ledger.recognise(staff.id)
        let stranger = try #require(try open(ledger, idleSince: 8))
        #expect(try #require(try open(ledger)).evicted === stranger.channel)
    }

    @Test func oneAddressGetsAPartOnlyButLoopbackIsExempt() throws {
        let ledger = ConnectionLedger(cap: 100, reservedSharePercent: 0, addressCap: 2)
        for _ in 0..<2 { #expect(try open(ledger, from: "10.0.0.7") != nil) }
        #expect(try open(ledger, from: "10.0.0.7") == nil)
        #expect(try open(ledger, from: "10.0.0.8") != nil)
        for _ in 0..<5 { #expect(try open(ledger, from: "127.0.0.1") != nil) }
        for _ in 0..<5 { #expect(try open(ledger, from: "::1") != nil) }
    }

    @Test func aClosedConnectionGivesItsPlaceBackOnce() throws {
        let ledger = ConnectionLedger(cap: 100, reservedSharePercent: 0, addressCap: 1)
        let connection = try #require(try open(ledger))
        ledger.remove(connection.id)
        ledger.remove(connection.id)
        #expect(ledger.count == 0)
        #expect(try open(ledger) != nil)
        #expect(try open(ledger) == nil)
    }

    @Test func refusalsThemselvesAreBounded() throws {
        let ledger = ConnectionLedger(cap: 0, reservedSharePercent: 0, addressCap: 1)
        for _ in 0..<Limits.refusalsInProgress {
            guard case .refused = ledger.admit(nil).admission else {
                Issue.record("Refused too early.")
                return
            }
        }
        guard case .dropped = ledger.admit(nil).admission else {
            Issue.record("Refusals are not bounded.")
            return
        }
        ledger.refusalEnded()
        guard case .refused = ledger.admit(nil).admission else {
            Issue.record("An ended refusal did not make room.")
            return
        }
    }

    @Test func placesInFlightAreBoundedAndComeBack() {
        let inFlight = InFlight(limit: 2)
        #expect(inFlight.enter())
        #expect(inFlight.enter())
        #expect(!inFlight.enter())
        inFlight.leave()
        #expect(inFlight.enter())
        inFlight.comeBack()
        #expect(inFlight.current == 3)
        #expect(!inFlight.enter())
    }
}
