/// The answer to a request's Host.
package enum HostVerdict: Sendable, Equatable {
    case allowed
    /// None at all: 400, unless an HTTP/1.0 client reads something public.
    case missing
    /// Several, or not a host: 400.
    case malformed
    /// Another host than this box: 421.
    case foreign
}

/// Accepts requests only under the names of this box, so that a page of another site can't have its own name point
/// here and read what it may not (DNS rebinding).
package struct HostRule: Sendable, Equatable {
    private let allowed: AllowedHosts

    /// - Parameter allowed: the names of this box.
    package init(allowed: AllowedHosts) {
        self.allowed = allowed
    }

    /// - Parameter headers: the values of all Host fields of the request.
    package func verdict(_ headers: [String]) -> HostVerdict {
        guard let header = headers.first else { return .missing }
        guard headers.count == 1, let asked = HostAndPort(header) else { return .malformed }
        return accepts(asked) ? .allowed : .foreign
    }

    /// A host counts with the server's port, without one, or with a default one: a proxy may have changed the port.
    private func accepts(_ asked: HostAndPort) -> Bool {
        if allowed.configuredWithPort.contains(asked) { return true }
        guard allowed.own.contains(asked.host) || allowed.configured.contains(asked.host) else { return false }
        guard let port = asked.port else { return true }
        return port == allowed.port || port == 80 || port == 443
    }
}
