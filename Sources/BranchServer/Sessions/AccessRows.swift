package import BranchAccess
package import BranchStore

extension Call {
    /// Brings the directory in line with the sessions that the store has left, and the names and roles they have now.
    func renewSessions() async {
        do {
            services.access.browsers.replaceSessions(with: try await store.sessions().compactMap(BrowserSession.init))
        } catch {
            _ = problem(error)
        }
    }
}

extension BrowserSession {
    /// A stored session; nil where its row says what no version of the program wrote.
    package init?(_ row: StoredSession) {
        guard let hash = SecretHash(bytes: row.hash) else { return nil }
        let who: SignedIn
        if let id = row.personID, let role = Role(rawValue: row.role) {
            who = .person(id: id, name: row.name, role: role)
        } else if let id = row.agentID {
            who = .agent(id: id, name: row.name)
        } else {
            return nil
        }
        self.init(
            id: row.id, who: who, deviceID: row.deviceID, hash: hash, createdAt: row.createdTick,
            authenticatedAt: row.authenticatedTick, seenAt: row.seenTick)
    }
}

extension PairedDevice {
    /// A stored device; nil where its row says what no version of the program wrote.
    package init?(_ row: StoredDevice) {
        guard let kind = DeviceKind(rawValue: row.kind), let hash = SecretHash(bytes: row.hash) else { return nil }
        self.init(
            id: row.id, kind: kind, name: row.name, counterID: row.counterID, hash: hash,
            previousHash: row.previousHash.flatMap { SecretHash(bytes: $0) }, rotatedAt: row.rotatedTick)
    }
}
