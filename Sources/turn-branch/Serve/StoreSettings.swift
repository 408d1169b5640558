import BranchAccess
import BranchServer
import BranchStore
import Foundation
import ProgramSettings
import QueueDomain
import WebSocketTransport

import struct NIOCore.TimeAmount

/// From the program's settings to what each part is opened with.
enum StoreSettings {
    static func configuration(_ settings: Settings) throws(StoreError) -> StoreConfiguration {
        var store = StoreConfiguration()
        let dayStart = settings[BranchSettings.dayStartsAt]
        store.dayStartsAt = Int32(dayStart.hour * 3_600 + dayStart.minute * 60)
        store.minCalled = settings[BranchSettings.countersMinCalled].wholeMilliseconds
        let lease = settings[BranchSettings.workersLease].wholeMilliseconds
        store.lease = lease == 0 ? nil : lease
        let held = settings[BranchSettings.workersMaxHeld]
        store.maxHeld = held == 0 ? nil : held
        store.retention.idempotency = settings[BranchSettings.retentionIdempotency].wholeMilliseconds
        store.retention.personal = settings[BranchSettings.retentionPersonalData].wholeMilliseconds
        store.retention.events = settings[BranchSettings.retentionEventsAlone].wholeMilliseconds
        store.retention.eventsSent = settings[BranchSettings.retentionEventsSent].wholeMilliseconds
        store.retention.history = settings[BranchSettings.retentionTicketHistory].wholeMilliseconds
        store.retention.linkGrace = settings[BranchSettings.retentionLinkGrace].wholeMilliseconds
        store.writer = try writer(settings)
        return store
    }

    private static func writer(_ settings: Settings) throws(StoreError) -> WriterOptions {
        var writer = WriterOptions()
        let lowered = settings[BranchSettings.testingBatchMax]
        writer.batch = lowered == 0 ? settings[BranchSettings.storeBatchMax] : lowered
        writer.queue = settings[BranchSettings.limitsWriterQueue]
        writer.maxWait = Double(settings[BranchSettings.admissionMaxWait].wholeMilliseconds)
        writer.flushDelay = Int(settings[BranchSettings.testingFlushDelay].wholeMilliseconds)
        let name = settings[BranchSettings.testingFailpoint]
        guard !name.isEmpty else { return writer }
        guard let failpoint = Failpoint(rawValue: name) else {
            let known = Failpoint.allCases.map(\.rawValue).joined(separator: ", ")
            throw .cannotOpen("testing.failpoint must be one of \(known)")
        }
        writer.failpoint = { if $0 == failpoint { kill(getpid(), SIGKILL) } }
        return writer
    }

    static func transport(_ settings: Settings) throws(StoreError) -> TransportConfiguration {
        var transport = TransportConfiguration(
            host: settings[BranchSettings.serverHost], port: settings[BranchSettings.serverPort])
        transport.connections = settings[BranchSettings.limitsConnections]
        transport.requestsInFlight = settings[BranchSettings.limitsRequestsInFlight]
        transport.firstRequest = TimeAmount(settings[BranchSettings.timesFirstRequest])
        transport.idle = TimeAmount(settings[BranchSettings.timesIdle])
        transport.wholeRequest = TimeAmount(settings[BranchSettings.timesRequest])
        transport.unreadAnswer = TimeAmount(settings[BranchSettings.timesUnreadAnswer])
        let (certificate, key) = (settings[BranchSettings.tlsCertificate], settings[BranchSettings.tlsKey])
        guard !certificate.isEmpty || !key.isEmpty else { return transport }
        guard !certificate.isEmpty, !key.isEmpty else {
            throw .cannotOpen("tls.cert_file and tls.key_file are set together or not at all")
        }
        do {
            transport.tls = try TransportTLS(certificate: certificate, key: key)
        } catch {
            throw .cannotOpen(error.description)
        }
        return transport
    }

    static func rates(_ settings: Settings) -> RequestRates {
        func rate(_ perSecond: SettingKey<Int>, _ burst: SettingKey<Int>) -> RateLimit {
            RateLimit(perSecond: Int64(settings[perSecond]), burst: Int64(settings[burst]))
        }
        return RequestRates(
            kiosk: rate(BranchSettings.kioskRate, BranchSettings.kioskBurst),
            display: rate(BranchSettings.displayRate, BranchSettings.displayBurst),
            agent: rate(BranchSettings.agentRate, BranchSettings.agentBurst),
            publicLink: rate(BranchSettings.publicLinkRate, BranchSettings.publicLinkBurst),
            unknownLink: rate(BranchSettings.unknownLinkRate, BranchSettings.unknownLinkBurst),
            publicTotal: rate(BranchSettings.publicTotalRate, BranchSettings.publicTotalBurst))
    }

    static func names(_ settings: Settings) -> HostNames {
        var configured = settings[BranchSettings.serverHosts]
        let base = settings[BranchSettings.publicBaseURL]
        if let url = URL(string: base), let host = url.host {
            configured.append(url.port.map { "\(host):\($0)" } ?? host)
        }
        return HostNames(hostName: ProcessInfo.processInfo.hostName, configured: configured)
    }
}

extension Duration {
    /// This span in milliseconds, cut.
    fileprivate var wholeMilliseconds: Int64 {
        components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000
    }
}
