/// What a paired device is for.
package enum DeviceKind: String, Sendable, CaseIterable {
    case kiosk, counter, display, worker

    /// What the device may do by itself; nil: a counter does nothing without an agent.
    package var role: Role? {
        switch self {
        case .kiosk: .kiosk
        case .display: .display
        case .worker: .worker
        case .counter: nil
        }
    }
}

/// A device as requests need to know it.
package struct PairedDevice: Sendable, Equatable {
    /// Drawn once, from the numbers that devices and sessions share.
    package let id: Int64
    package let kind: DeviceKind
    /// Unique in the branch; shown in lists.
    package let name: String
    /// Where a counter's device stands; nil for the others.
    package let counterID: Int64?
    /// Of the secret that it holds.
    package let hash: SecretHash
    /// Of the secret that it held before, good until the new one has been used.
    package let previousHash: SecretHash?
    /// Milliseconds of the branch's ticks when it got its secret.
    package let rotatedAt: Int64

    /// - Parameters:
    ///   - id: drawn once.
    ///   - kind: what it is for.
    ///   - name: unique in the branch.
    ///   - counterID: where a counter's device stands.
    ///   - hash: of the secret that it holds.
    ///   - previousHash: of the one before.
    ///   - rotatedAt: when it got its secret, in ticks.
    package init(
        id: Int64, kind: DeviceKind, name: String, counterID: Int64?, hash: SecretHash, previousHash: SecretHash?,
        rotatedAt: Int64
    ) {
        self.id = id
        self.kind = kind
        self.name = name
        self.counterID = counterID
        self.hash = hash
        self.previousHash = previousHash
        self.rotatedAt = rotatedAt
    }
}
