import NIOCore
import NIOHTTP1

/// Sets up the channel of a connection just accepted: HTTP when it may stay, a refusal when it may not.
struct ConnectionAcceptor: Sendable {
    /// A connection for which there is neither room nor a word.
    struct NoRoom: Error {}

    let configuration: TransportConfiguration
    let ledger: ConnectionLedger
    let inFlight: InFlight
    let acceptances: AsyncStream<ClientConnection>.Continuation
    let date = HTTPDate()

    /// Called on the channel's event loop.
    ///
    /// - Throws: ``NoRoom``, upon which the channel is closed.
    func setUp(_ channel: any Channel) throws {
        if let tls = configuration.tls { try channel.pipeline.syncOperations.addHandler(tls.handler()) }
        let (admission, evicted) = ledger.admit(channel.remoteAddress)
        evicted?.close(promise: nil)
        switch admission {
        case .admitted(let id): try setUpHTTP(channel, id: id)
        case .refused:
            channel.closeFuture.whenComplete { [ledger] _ in ledger.refusalEnded() }
            try channel.pipeline.syncOperations.addHandler(RefusalHandler(date: date))
        case .dropped: throw NoRoom()
        }
    }

    private func setUpHTTP(_ channel: any Channel, id: UInt64) throws {
        let connection = ClientConnection(id: id, channel: channel, ledger: ledger, inFlight: inFlight)
        ledger.enter(id, channel: channel, idleness: connection.idleness)
        channel.closeFuture.whenComplete { _ in connection.ended() }

        let gate = ByteGate()
        let decoder = HTTPConnectionHandler.Decoder(
            HTTPRequestDecoder(
                leftOverBytesStrategy: .forwardBytes, informationalResponseStrategy: .drop,
                limitConfiguration: Self.decoderLimits))
        try channel.pipeline.syncOperations.addHandlers([
            gate, decoder,
            HTTPConnectionHandler(
                connection: connection, gate: gate, decoder: decoder, configuration: configuration, date: date),
        ])
        // Connections that made room for others may still be in the stream, so it can be full.
        if case .dropped = acceptances.yield(connection) { throw NoRoom() }
    }

    private static var decoderLimits: NIOHTTPDecoderLimitConfiguration {
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderFieldSize = Limits.fieldBytes
        limits.maxHeaderListSize = Limits.headBytes
        limits.maxHeaderFieldCount = Limits.fields
        return limits
    }
}
