import BranchAccess
import Glibc
import HTTPTypes
import Hummingbird
import Logging
import NIOCore

/// Who asks, after the gate.
struct Caller: Sendable {
    let principal: Principal?
    /// Where the client is, as far as that tells one from another; see `ClientAddress`.
    let address: String
    /// What the client called us; nil for HTTP/1.0 without Host.
    let host: String?
}

struct CallSource: RequestContextSource {
    let logger: Logger
    let caller: Caller
}

/// What Hummingbird's router hands from the gate to the route.
struct CallContext: RequestContext {
    typealias Source = CallSource

    var coreContext: CoreRequestContextStorage
    let caller: Caller

    init(source: CallSource) {
        coreContext = CoreRequestContextStorage(source: source)
        caller = source.caller
    }
}

/// What a client's address is counted under.
enum ClientAddress {
    /// An IPv4 address; the first 64 bits of an IPv6 address, because one household has all that begin with them.
    static func text(_ address: SocketAddress?) -> String {
        guard case .v6(let six)? = address else { return address?.ipAddress ?? "local" }
        let bytes = withUnsafeBytes(of: six.address.sin6_addr) { Array($0) }
        let isMapped = bytes.prefix(10).allSatisfy { $0 == 0 } && bytes[10] == 0xFF && bytes[11] == 0xFF
        if isMapped { return bytes[12...].map(String.init).joined(separator: ".") }
        return bytes.prefix(8).map { String($0, radix: 16) }.joined(separator: ":") + "/64"
    }
}
