import NIOCore

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Why nobody can be served: the address can't be listened on.
package struct ListenError: Error, Sendable, CustomStringConvertible {
    /// As they were asked for.
    package let host: String
    package let port: Int
    /// What is wrong and what helps, in one sentence.
    package let description: String

    init(host: String, port: Int, cause: any Error) {
        self.host = host
        self.port = port
        let place = "cannot listen on \(host) port \(port): "
        switch cause {
        case let error as IOError where error.errnoCode == EADDRINUSE:
            description = place + "another program has it; stop that one or take another port (server.port, --port)"
        case let error as IOError where error.errnoCode == EACCES:
            description = place + "this user may not take it; ports below 1024 need a right of their own (server.port)"
        case let error as IOError where error.errnoCode == EADDRNOTAVAIL:
            description = place + "this machine doesn't have the address (server.host, --host)"
        case is SocketAddressError, is SocketAddressError.UnknownHost:
            description = place + "the name isn't known on this network (server.host, --host)"
        default:
            description = place + "\(cause)"
        }
    }
}
