package import HTTPTypes
package import NIOHTTP1

/// A request head after the checks that need it raw, in the types of the layers above.
///
/// HTTPTypes keeps one authority, so whether there were two `Host` fields can be told only here; the same goes for the
/// framing fields. What the decoder lets pass and this refuses: a missing or second `Host`, transfer codings other than
/// chunked, `Content-Length` beside `Transfer-Encoding`, targets in strange forms, CONNECT.
package struct RequestHead: Sendable {
    /// The head for the responder; `authority` is the host that the client named, nil only from HTTP/1.0.
    package var request: HTTPRequest
    /// Announced length of the body in bytes; nil for chunked ones.
    package var bodyLength: Int?
    /// The client waits for `100 Continue` before it sends the body.
    package var expectsContinue: Bool
    /// The client wants the connection to stay open.
    package var keepsAlive: Bool
    /// HTTP/1.0, which knows neither chunked answers nor persistence unless told.
    package var isHTTP10: Bool
    /// The client offered to switch the protocol; the decoder stops after such a request.
    package var offersUpgrade: Bool
    /// What was asked for is a WebSocket.
    package var handshake: WebSocketHandshake.Offer

    /// Whether anything of a body is to come.
    package var hasBody: Bool { bodyLength != 0 }

    /// Checks and converts what the decoder delivered.
    ///
    /// - Parameter isSecure: whether it came over TLS.
    /// - Throws: the problem to answer, after which the connection closes.
    package init(_ head: HTTPRequestHead, isSecure: Bool = false) throws(TransportProblem) {
        let scan = try Scan(head.headers)
        isHTTP10 = head.version.minor == 0
        bodyLength = try Self.bodyLength(scan, isHTTP10: isHTTP10)
        expectsContinue = try Self.expectsContinue(scan, isHTTP10: isHTTP10)
        keepsAlive = head.isKeepAlive
        offersUpgrade = scan.upgrade != nil
        guard head.method != .CONNECT, let method = Self.method(head.method) else { throw .notImplemented }

        let named = try Self.host(scan, isHTTP10: isHTTP10)
        let (path, authority) = try Self.target(head.uri, method: method, host: named)
        request = HTTPRequest(method: method, scheme: isSecure ? "https" : "http", authority: authority, path: path)
        request.headerFields = scan.fields
        handshake = WebSocketHandshake.offer(
            request, upgrade: scan.upgrade, connection: scan.connection, isHTTP10: isHTTP10, hasBody: bodyLength != 0)
    }

    /// One walk over the fields: the framing ones are told apart, the others go on.
    private struct Scan {
        var fields = HTTPFields()
        var hosts: [String] = []
        var lengths: [String] = []
        var codings: [String] = []
        var expect: String?
        var upgrade: String?
        var connection = ""

        init(_ headers: HTTPHeaders) throws(TransportProblem) {
            fields.reserveCapacity(headers.count)
            for (rawName, value) in headers {
                guard let name = HTTPField.Name(rawName) else { throw .badRequest }
                switch name.canonicalName {
                case "host":
                    hosts.append(value)
                    continue
                case "content-length": lengths.append(value)
                case "transfer-encoding": codings.append(value)
                case "expect": expect = value
                case "upgrade": upgrade = value
                case "connection": connection += connection.isEmpty ? value : "," + value
                default: break
                }
                fields.append(HTTPField(name: name, value: value))
            }
        }
    }

    private static func method(_ method: HTTPMethod) -> HTTPRequest.Method? {
        switch method {
        case .GET: .get
        case .POST: .post
        case .HEAD: .head
        case .PUT: .put
        case .PATCH: .patch
        case .DELETE: .delete
        case .OPTIONS: .options
        default: HTTPRequest.Method(method.rawValue)
        }
    }

    private static func bodyLength(_ scan: Scan, isHTTP10: Bool) throws(TransportProblem) -> Int? {
        if !scan.codings.isEmpty {
            guard scan.lengths.isEmpty, !isHTTP10 else { throw .badRequest }
            guard scan.codings.count == 1, scan.codings[0].lowercased() == "chunked" else { throw .notImplemented }
            return nil
        }
        guard let first = scan.lengths.first else { return 0 }
        guard scan.lengths.count == 1, first.utf8.allSatisfy({ (0x30...0x39).contains($0) }), !first.isEmpty else {
            throw .badRequest
        }
        // Digits only, so nil means more than 2^63: larger than any limit.
        return Int(first) ?? .max
    }

    private static func expectsContinue(_ scan: Scan, isHTTP10: Bool) throws(TransportProblem) -> Bool {
        guard let expect = scan.expect, !isHTTP10 else { return false }
        guard expect.lowercased() == "100-continue" else { throw .expectationFailed }
        return true
    }

    private static func host(_ scan: Scan, isHTTP10: Bool) throws(TransportProblem) -> String? {
        if scan.hosts.isEmpty, isHTTP10 { return nil }
        guard scan.hosts.count == 1, isHost(scan.hosts[0]) else { throw .badHost }
        return scan.hosts[0]
    }

    /// Letters, digits and what host names, ports and bracketed addresses are made of: nothing that another parser
    /// could take for a second host, a path or credentials.
    private static func isHost(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 260
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"),
                    UInt8(ascii: ":"), UInt8(ascii: "["), UInt8(ascii: "]"):
                    true
                default: false
                }
            }
    }

    /// Path and authority from the request target (RFC 9112, 3.2): origin form, absolute form whose host is the one
    /// of the field, or `*` for OPTIONS.
    private static func target(
        _ target: String, method: HTTPRequest.Method, host: String?
    ) throws(TransportProblem) -> (path: String, authority: String?) {
        if target.utf8.first == UInt8(ascii: "/") { return (target, host) }
        if target == "*", method == .options { return (target, host) }
        let prefix = "http://"
        guard target.utf8.count > prefix.utf8.count, target.prefix(prefix.count).lowercased() == prefix else {
            throw .badTarget
        }
        let rest = target.dropFirst(prefix.count)
        let end = rest.firstIndex { "/?#".contains($0) } ?? rest.endIndex
        let named = String(rest[..<end])
        guard isHost(named), host == nil || host?.lowercased() == named.lowercased() else { throw .badHost }
        let path = String(rest[end...])
        return (path.hasPrefix("/") ? path : "/" + path, named)
    }
}
