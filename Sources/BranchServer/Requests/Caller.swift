import BranchAccess
import HTTPTypes
import Hummingbird
import Logging

/// Who asks, after the gate.
struct Caller: Sendable {
    let principal: Principal?
    /// The browser's device and session; both nil for programs.
    let identity: BrowserIdentity
    /// Where the client is, as far as that tells one from another; see `ClientAddress`.
    let address: String
    /// What the client called us; nil for HTTP/1.0 without Host.
    let host: String?
    /// Whether the request came over TLS.
    let isSecure: Bool
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
