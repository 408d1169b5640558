import BranchAccess
import BranchStore
import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import QueueDomain
import QueueEvents
import WebSocketTransport

/// One request at its route: what it says, read strictly, and what the route may use.
struct Call: Sendable {
    let request: Request
    let context: CallContext
    let services: BranchServices
    let gate: RequestGate
    /// Who asks; nil on routes that are for anybody.
    let principal: Principal?

    var store: BranchStore { services.store }
    /// What the answer shows: a route that doesn't look at the role shows what is for everybody.
    var view: ReaderView { principal?.view == .staff ? .staff : .board }

    /// Who asks, on a route that isn't for anybody; the route's wrapper has made sure.
    var caller: Principal {
        guard let principal else { preconditionFailure("A route for roles runs only after the gate.") }
        return principal
    }

    /// The number in the path.
    func pathID() throws(Problem) -> Int64 {
        let text = context.parameters.get("id") ?? ""
        guard let id = Int64(text), id > 0, String(id) == text else { throw Problem.notFound }
        return id
    }

    /// The body's bytes; the transport has bounded them.
    func bodyBytes() async throws(Problem) -> ByteBuffer {
        do {
            return try await request.body.collect(upTo: Limits.body)
        } catch is NIOTooManyBytesError {
            throw Problem.bodyTooLarge
        } catch {
            throw Problem.badRequest("The body could not be read.")
        }
    }

    /// The fields of a JSON body, or of none.
    func body() async throws(Problem) -> CallBody {
        let buffer = try await bodyBytes()
        guard buffer.readableBytes > 0 else { return CallBody(fields: .none, hash: Array(SHA256.hash(data: []))) }
        try checkMediaType()
        do {
            let fields = try buffer.withUnsafeReadableBytes { bytes throws(FieldError) in try JSONFields(bytes) }
            let hash = buffer.withUnsafeReadableBytes { Array(SHA256.hash(data: $0)) }
            return CallBody(fields: fields, hash: hash)
        } catch {
            throw Problem.badField(error)
        }
    }

    /// Whether the body is of the type that the route reads.
    func checkMediaType(_ wanted: String = "application/json") throws(Problem) {
        let header = request.headers[.contentType] ?? ""
        if header == wanted { return }
        let type = header.prefix { $0 != ";" }.trimmingCharacters(in: .whitespaces).lowercased()
        guard type == wanted else { throw Problem.mediaType(wanted) }
    }

    /// The version of If-Match, or nil.
    func ifMatch() throws(Problem) -> Int64? {
        guard let header = request.headers[.ifMatch], header != "*" else { return nil }
        guard let version = ETag.expected(header) else {
            throw Problem.badRequest("If-Match must be one ETag, such as \"3\".", field: "If-Match")
        }
        return version
    }

    /// What the request's Idempotency-Key stands for, or nil without one.
    func idempotency(
        _ body: CallBody, success: Int, scope: String? = nil, conflict: Int
    ) throws(Problem) -> IdempotencyRequest? {
        guard let name = HTTPField.Name("Idempotency-Key"), let key = request.headers[name] else { return nil }
        guard Limits.idempotencyKey.contains(key.utf8.count), key.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else {
            throw Problem.badRequest(
                "An Idempotency-Key has 1 to 255 visible ASCII characters.", field: "Idempotency-Key")
        }
        let owner = scope ?? "token:\(caller.tokenID)"
        let parts = [owner, request.method.rawValue, request.uri.path, key].joined(separator: "\n")
        return IdempotencyRequest(
            scope: Array(SHA256.hash(data: Array(parts.utf8))), requestHash: body.hash
        ) { refusal, hasBody in
            guard let refusal else { return hasBody ? success : 204 }
            return refusal == .versionConflict ? conflict : RejectionTable.status(of: refusal).code
        }
    }

    /// One query parameter, decoded; a repeated one is refused.
    func query(_ name: String) throws(Problem) -> String? {
        let all = request.uri.queryParameters[values: Substring(name)]
        guard all.count <= 1 else { throw Problem.badRequest("\(name) may stand once.", field: name) }
        return all.first.map(String.init)
    }

    func queryInt(_ name: String, in range: ClosedRange<Int>) throws(Problem) -> Int? {
        guard let text = try query(name) else { return nil }
        guard let value = Int(text), range.contains(value), text.first != "+" else {
            throw Problem.badRequest(
                "\(name) must be an integer between \(range.lowerBound) and \(range.upperBound).", field: name)
        }
        return value
    }

    func queryBool(_ name: String) throws(Problem) -> Bool? {
        switch try query(name) {
        case nil: return nil
        case "true": return true
        case "false": return false
        default: throw Problem.badRequest("\(name) must be true or false.", field: name)
        }
    }

    func queryID(_ name: String) throws(Problem) -> Int64? {
        guard let text = try query(name) else { return nil }
        guard let value = Int64(text), value > 0, text.first != "+" else {
            throw Problem.badRequest("\(name) must be a positive integer.", field: name)
        }
        return value
    }

    /// How long a request asks to wait, as far as the settings let it.
    func wait() throws(Problem) -> Duration {
        min(.seconds(try queryInt("wait", in: Limits.wait) ?? 0), services.maxWait)
    }

    func limit() throws(Problem) -> Int { try queryInt("limit", in: 1...Limits.page) ?? Limits.page }
}

/// A body that was read.
struct CallBody: Sendable {
    let fields: JSONFields
    /// SHA-256 of its bytes.
    let hash: [UInt8]

    /// Reads fields; a fault names the field.
    func read<Value>(_ reader: (JSONFields) throws(FieldError) -> Value) throws(Problem) -> Value {
        do throws(FieldError) {
            return try reader(fields)
        } catch {
            throw Problem.badField(error)
        }
    }

    /// The version the caller saw, or nil.
    func version() throws(Problem) -> Int64? {
        try read { fields throws(FieldError) in try fields.optionalID("version") }
    }
}

extension CallBody {
    /// The same fields under the hash of a text that holds no secret.
    func hashed(as text: String) -> CallBody {
        CallBody(fields: fields, hash: Array(SHA256.hash(data: Array(text.utf8))))
    }

    /// Of a request that has no body.
    static let empty = CallBody(fields: .none, hash: Array(SHA256.hash(data: [])))
}

extension Call {
    /// This request waits for something to happen: it gets more time and isn't counted among those in flight.
    func beginWaiting(for span: Duration) {
        ClientConnection.current?.extendDeadline(by: span)
        ClientConnection.current?.markWaiting()
    }

    func endWaiting() { ClientConnection.current?.endWaiting() }
}
