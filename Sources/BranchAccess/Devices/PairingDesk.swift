/// Devices that wait to be paired, as in RFC 8628: the device shows a short code, an admin approves it, the device
/// fetches its secret. A value, in memory only: after a restart a device shows a new code. Times are milliseconds of
/// the branch's ticks.
package struct PairingDesk: Sendable {
    /// What an admin sees of a code.
    package struct Request: Sendable, Equatable {
        package let kind: DeviceKind
        /// Where the device is.
        package let address: String
        /// The tick at which the code ends.
        package let expiresAt: Int64
    }

    /// What a device is told that asks for its secret.
    package enum Answer: Sendable, Equatable {
        case pending
        /// The secret, told once, and the device that it is now.
        case approved(secret: String, deviceID: Int64)
        case denied
        /// The code has ended, was used, or never was.
        case unknown
        /// It asks too often: after this many milliseconds.
        case tooFast(retryAfter: Int64)
    }

    /// Why there is no code.
    package enum Refusal: Error, Equatable, Sendable {
        /// As many wait as may, in all or from one address.
        case tooMany
    }

    private enum State {
        case pending
        case approved(secret: String, deviceID: Int64)
        case denied
    }

    private struct Entry {
        let request: Request
        let deviceHash: SecretHash
        var state = State.pending
        var askedAt: Int64?
    }

    private var entries: [UserCode: Entry] = [:]
    private var codes: [SecretHash: UserCode] = [:]

    /// Nobody waits.
    package init() {}

    /// How many wait.
    package var count: Int { entries.count }

    /// A device asks for a code.
    ///
    /// - Returns: the secret that it asks with, and the code that it shows.
    /// - Throws: ``Refusal/tooMany``.
    package mutating func begin(
        _ kind: DeviceKind, from address: String, now: Int64
    ) throws(Refusal) -> (deviceCode: String, userCode: UserCode) {
        sweep(now)
        guard entries.count < Limits.pairings,
            entries.values.count(where: { $0.request.address == address }) < Limits.pairingsPerAddress
        else { throw .tooMany }
        let secret = BrowserSecret()
        var code = UserCode()
        while entries[code] != nil { code = UserCode() }
        entries[code] = Entry(
            request: Request(kind: kind, address: address, expiresAt: now + Limits.pairingAge),
            deviceHash: secret.hash)
        codes[secret.hash] = code
        return (secret.text, code)
    }

    /// What waits under a code, or nil.
    package func pending(_ code: UserCode, now: Int64) -> Request? {
        guard let entry = entries[code], now < entry.request.expiresAt, case .pending = entry.state else { return nil }
        return entry.request
    }

    /// An admin has approved it; its secret waits to be fetched, once.
    package mutating func approve(_ code: UserCode, secret: String, deviceID: Int64) {
        entries[code]?.state = .approved(secret: secret, deviceID: deviceID)
    }

    /// An admin has denied it.
    /// - Returns: false if nothing waits under the code.
    package mutating func deny(_ code: UserCode, now: Int64) -> Bool {
        guard pending(code, now: now) != nil else { return false }
        entries[code]?.state = .denied
        return true
    }

    /// A device asks whether it was approved.
    package mutating func ask(_ deviceCode: String, now: Int64) -> Answer {
        guard let hash = BrowserSecret.hash(of: deviceCode), let code = codes[hash], var entry = entries[code],
            now < entry.request.expiresAt
        else { return .unknown }
        if let askedAt = entry.askedAt, now - askedAt < Limits.pairingInterval / 2 {
            return .tooFast(retryAfter: Limits.pairingInterval)
        }
        switch entry.state {
        case .pending:
            entry.askedAt = now
            entries[code] = entry
            return .pending
        case .approved(let secret, let deviceID):
            remove(code)
            return .approved(secret: secret, deviceID: deviceID)
        case .denied:
            remove(code)
            return .denied
        }
    }

    private mutating func remove(_ code: UserCode) {
        guard let entry = entries.removeValue(forKey: code) else { return }
        codes[entry.deviceHash] = nil
    }

    private mutating func sweep(_ now: Int64) {
        for (code, entry) in entries where now >= entry.request.expiresAt { remove(code) }
    }
}
