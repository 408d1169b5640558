import Synchronization

/// Who a browser is: its device and the person signed in at it.
package struct BrowserIdentity: Sendable, Equatable {
    package let device: PairedDevice?
    package let session: BrowserSession?

    /// - Parameters:
    ///   - device: the paired device, or nil.
    ///   - session: the session, or nil.
    package init(device: PairedDevice?, session: BrowserSession?) {
        self.device = device
        self.session = session
    }

    /// Nobody at nothing.
    package static let none = BrowserIdentity(device: nil, session: nil)

    /// Who acts: the person, else the device by itself; nil if neither may do anything.
    package var principal: Principal? {
        if let session {
            switch session.who {
            case .person(let id, let name, let role):
                return Principal(
                    tokenID: session.id, role: role, name: name, kind: .session, deviceID: device?.id, personID: id)
            case .agent(let id, let name):
                // Without its counter, which may have been deleted, an agent would be bound to none and so to any.
                guard let counterID = device?.counterID else { return nil }
                return Principal(
                    tokenID: session.id, role: .agent, name: name, agentID: id, counterID: counterID,
                    kind: .session, deviceID: device?.id)
            }
        }
        guard let device, let role = device.kind.role else { return nil }
        return Principal(tokenID: device.id, role: role, name: device.name, kind: .device, deviceID: device.id)
    }
}

/// Which devices are paired and who is signed in: answers every request without reading the database.
///
/// The store stays the truth; after each commit the directory takes what was written. Times are milliseconds of the
/// branch's ticks.
package final class BrowserDirectory: Sendable {
    private struct State {
        var devices: [Int64: PairedDevice] = [:]
        var deviceIDs: [SecretHash: Int64] = [:]
        var sessions: [Int64: BrowserSession] = [:]
        var sessionIDs: [SecretHash: Int64] = [:]
        /// Sessions and devices that were used since the last flush.
        var used: Set<Int64> = []
        /// Ticks at which devices were heard of since the last flush, and ever.
        var lastSeenDevices: [Int64: Int64] = [:]
        var heard: [Int64: Int64] = [:]
        /// How many sockets of a device are open.
        var sockets: [Int64: Int] = [:]
        var followers: [Int: AsyncStream<Void>.Continuation] = [:]
        var nextFollower = 0
    }

    /// The mutex guards the whole state; it is held for a look-up or a replacement, never across an await.
    private let state = Mutex(State())

    /// A directory of nobody.
    package init() {}

    /// Takes everything that the store has, at the start.
    /// - Parameter tick: from when on devices that say nothing are silent.
    package func replace(devices: [PairedDevice], sessions: [BrowserSession], tick: Int64) {
        state.withLock { state in
            state.devices = [:]
            state.deviceIDs = [:]
            state.sessions = [:]
            state.sessionIDs = [:]
            for device in devices {
                Self.put(device, &state)
                state.heard[device.id] = tick
            }
            for session in sessions { Self.put(session, &state) }
        }
    }

    /// Takes these sessions in place of all before. What was used since the last flush counts on.
    package func replaceSessions(with sessions: [BrowserSession]) {
        change { state in
            let known = state.sessions
            state.sessions = [:]
            state.sessionIDs = [:]
            for var session in sessions {
                session.seenAt = max(session.seenAt, known[session.id]?.seenAt ?? 0)
                Self.put(session, &state)
            }
        }
    }

    /// Takes a device that was paired or changed.
    package func put(_ device: PairedDevice) { change { Self.put(device, &$0) } }

    /// Takes a session that began.
    package func put(_ session: BrowserSession) { change { Self.put(session, &$0) } }

    /// A device was revoked; its sessions end with it.
    package func remove(device id: Int64) {
        change { state in
            Self.drop(device: id, &state)
            for session in state.sessions.values where session.deviceID == id { Self.drop(session: session.id, &state) }
        }
    }

    /// A session ended.
    package func remove(session id: Int64) { change { Self.drop(session: id, &$0) } }

    /// Ends every session of these people or agents.
    package func removeSessions(where isMeant: (SignedIn) -> Bool) {
        let ids = state.withLock { state in state.sessions.values.filter { isMeant($0.who) }.map(\.id) }
        change { state in
            for id in ids { Self.drop(session: id, &state) }
        }
    }

    /// The ids of all sessions of somebody.
    package func sessions(of who: SignedIn) -> [Int64] {
        state.withLock { state in
            state.sessions.values.filter { $0.who.isSame(as: who) }.map(\.id)
        }
    }

    /// Who a browser is. Notes that session and device were used.
    ///
    /// A session that is bound to a device counts only together with it: a stolen cookie is nobody elsewhere.
    ///
    /// - Parameters:
    ///   - cookies: what the browser sent.
    ///   - tick: the branch's tick now.
    ///   - isUse: whether this counts as activity.
    package func identity(of cookies: BrowserCookies, tick: Int64, isUse: Bool = true) -> BrowserIdentity {
        let deviceHash = cookies.device.flatMap(BrowserSecret.hash(of:))
        let sessionHash = cookies.session.flatMap(BrowserSecret.hash(of:))
        return state.withLock { state in
            var device: PairedDevice?
            if let deviceHash, let id = state.deviceIDs[deviceHash] {
                device = state.devices[id]
                Self.note(device: id, tick, &state)
            }
            guard let sessionHash, let id = state.sessionIDs[sessionHash], var session = state.sessions[id],
                Self.isLive(session, tick, state), session.deviceID == nil || session.deviceID == device?.id
            else { return BrowserIdentity(device: device, session: nil) }
            if isUse {
                session.seenAt = max(session.seenAt, tick)
                state.sessions[id] = session
                state.used.insert(id)
            }
            return BrowserIdentity(device: device, session: session)
        }
    }

    /// The device that holds this secret as a bearer token: a worker's.
    package func bearer(_ text: String, tick: Int64) -> Principal? {
        let hash = SecretHash(of: text)
        return state.withLock { state in
            guard let id = state.deviceIDs[hash], let device = state.devices[id], device.kind == .worker else {
                return nil
            }
            Self.note(device: id, tick, &state)
            return BrowserIdentity(device: device, session: nil).principal
        }
    }

    /// Whether a session or device still is what it was, for connections that outlast a request.
    package func isLive(_ principal: Principal, tick: Int64) -> Bool {
        state.withLock { state in
            switch principal.kind {
            case .token: true
            case .device: state.devices[principal.tokenID] != nil
            case .session: state.sessions[principal.tokenID].map { Self.isLive($0, tick, state) } ?? false
            }
        }
    }

    /// A live socket of an agent at an open counter counts as activity.
    package func touch(session id: Int64, tick: Int64) {
        state.withLock { state in
            guard var session = state.sessions[id] else { return }
            session.seenAt = max(session.seenAt, tick)
            state.sessions[id] = session
            state.used.insert(id)
        }
    }

    /// A socket of a device opened.
    package func connected(device id: Int64, tick: Int64) {
        state.withLock { state in
            state.sockets[id, default: 0] += 1
            if state.devices[id] != nil { Self.note(device: id, tick, &state) }
        }
    }

    /// A socket of a device closed.
    package func disconnected(device id: Int64, tick: Int64) {
        state.withLock { state in
            let left = (state.sockets[id] ?? 1) - 1
            state.sockets[id] = left > 0 ? left : nil
            if state.devices[id] != nil { Self.note(device: id, tick, &state) }
        }
    }

    /// How a device is: whether it has a socket, whether it is missing, when it was last heard of since the start.
    package func presence(of id: Int64, tick: Int64) -> (isConnected: Bool, isMissing: Bool, heardAt: Int64?) {
        state.withLock { state in
            let isConnected = state.sockets[id] != nil
            let heardAt = isConnected ? tick : state.heard[id]
            return (isConnected, tick - (heardAt ?? tick) > Limits.deviceSilence, heardAt)
        }
    }

    /// Devices without a socket that have given no sign of life for ``Limits/deviceSilence``, by id.
    package func missing(tick: Int64) -> [PairedDevice] {
        let devices = state.withLock { $0.devices.values.sorted { $0.id < $1.id } }
        return devices.filter { presence(of: $0.id, tick: tick).isMissing }
    }

    /// The device of an id, or nil.
    package func device(_ id: Int64) -> PairedDevice? { state.withLock { $0.devices[id] } }

    /// Tells when somebody may have lost a permission. Ends when the stream is dropped.
    package func changes() -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        state.withLock { state in
            let id = state.nextFollower
            state.nextFollower += 1
            state.followers[id] = continuation
            continuation.onTermination = { [weak self] _ in self?.forget(id) }
        }
        return stream
    }

    /// What was used since the last time, and sessions that have ended meanwhile, for the flush to the store.
    package func takeUse(tick: Int64) -> (sessions: [Int64: Int64], devices: [Int64: Int64], ended: [Int64]) {
        state.withLock { state in
            let ended = state.sessions.values.filter { !Self.isLive($0, tick, state) }.map(\.id)
            for id in ended { Self.drop(session: id, &state) }
            var seen: [Int64: Int64] = [:]
            for id in state.used { seen[id] = state.sessions[id]?.seenAt }
            defer {
                state.used = []
                state.lastSeenDevices = [:]
            }
            return (seen, state.lastSeenDevices, ended)
        }
    }

    private func forget(_ id: Int) { state.withLock { _ = $0.followers.removeValue(forKey: id) } }

    private func change(_ body: (inout State) -> Void) {
        let followers = state.withLock { state in
            body(&state)
            return Array(state.followers.values)
        }
        for follower in followers { follower.yield() }
    }

    private static func isLive(_ session: BrowserSession, _ tick: Int64, _ state: State) -> Bool {
        tick < session.endsAt && (session.deviceID.map { state.devices[$0] != nil } ?? true)
    }

    private static func put(_ device: PairedDevice, _ state: inout State) {
        let heard = state.heard[device.id]
        drop(device: device.id, &state)
        state.devices[device.id] = device
        state.heard[device.id] = heard ?? device.rotatedAt
        state.deviceIDs[device.hash] = device.id
        if let previous = device.previousHash { state.deviceIDs[previous] = device.id }
    }

    private static func put(_ session: BrowserSession, _ state: inout State) {
        drop(session: session.id, &state)
        state.sessions[session.id] = session
        state.sessionIDs[session.hash] = session.id
    }

    private static func drop(device id: Int64, _ state: inout State) {
        guard let device = state.devices.removeValue(forKey: id) else { return }
        state.deviceIDs[device.hash] = nil
        if let previous = device.previousHash { state.deviceIDs[previous] = nil }
        state.lastSeenDevices[id] = nil
        state.heard[id] = nil
    }

    private static func note(device id: Int64, _ tick: Int64, _ state: inout State) {
        state.lastSeenDevices[id] = tick
        state.heard[id] = max(state.heard[id] ?? tick, tick)
    }

    private static func drop(session id: Int64, _ state: inout State) {
        guard let session = state.sessions.removeValue(forKey: id) else { return }
        state.sessionIDs[session.hash] = nil
        state.used.remove(id)
    }
}
