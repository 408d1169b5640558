package import NIOCore

/// A strict HTTP/1.1 client on one keep-alive connection, one request at a time.
///
/// It connects at the first request and again when the server closed an idle connection. A request goes out a second
/// time only if that cannot do anything twice: it was a GET or HEAD, or it carries an Idempotency-Key.
package actor HTTPConnection {
    /// A header field; names are compared without regard to case.
    package typealias Field = (name: String, value: String)

    package nonisolated let host: String
    package nonisolated let port: Int
    private let token: String?
    private let timeout: Duration
    private var connection: ByteConnection?
    private var received = ByteBuffer()

    /// - Parameters:
    ///   - token: sent as `Authorization: Bearer` with every request, nil for none.
    ///   - timeout: of connecting and of each whole answer.
    package init(host: String = "127.0.0.1", port: Int, token: String? = nil, timeout: Duration = .seconds(30)) {
        self.host = host
        self.port = port
        self.token = token
        self.timeout = timeout
    }

    /// GET with the connection's token.
    /// - Throws: what ``send(_:_:fields:body:)`` throws.
    package func get(_ path: String, fields: [Field] = []) async throws(ConnectionFailure) -> HTTPAnswer {
        try await send("GET", path, fields: fields, body: nil)
    }

    /// POST of a JSON body; `key` is the Idempotency-Key.
    /// - Throws: what ``send(_:_:fields:body:)`` throws.
    package func post(
        _ path: String, _ json: JSON? = nil, key: String? = nil, fields: [Field] = []
    ) async throws(ConnectionFailure) -> HTTPAnswer {
        try await send("POST", path, fields: fields + Self.keyField(key), body: json?.encoded())
    }

    /// PATCH of a JSON body.
    /// - Throws: what ``send(_:_:fields:body:)`` throws.
    package func patch(
        _ path: String, _ json: JSON, fields: [Field] = []
    ) async throws(ConnectionFailure) -> HTTPAnswer {
        try await send("PATCH", path, fields: fields, body: json.encoded())
    }

    /// Sends one request and returns its answer.
    /// - Parameter fields: added to Host, Authorization, Content-Type (JSON, if there is a body) and Content-Length;
    ///   a field named here replaces the one that would be sent.
    /// - Throws: ``ConnectionFailure``; after any of them the next request uses a new connection.
    package func send(
        _ method: String, _ path: String, fields: [Field] = [], body: [UInt8]? = nil
    ) async throws(ConnectionFailure) -> HTTPAnswer {
        let request = render(method, path, fields: fields, body: body)
        let repeatable =
            method == "GET" || method == "HEAD" || fields.contains { $0.name.lowercased() == "idempotency-key" }
        var attempt = 0
        while true {
            let fresh = connection?.isOpen != true
            do {
                return try await exchange(request, bodiless: method == "HEAD")
            } catch {
                await close()
                // Only a connection that was idle may have been closed under us; a new one tells the truth.
                guard case .closed = error, repeatable, !fresh, attempt < Limits.reconnects else { throw error }
                attempt += 1
            }
        }
    }

    /// Sends bytes as they are and returns the answer, or nil when the server closed without one.
    /// The connection is new, and is closed afterwards.
    /// - Throws: `timedOut` when neither an answer nor a close came; `malformed`.
    package func raw(_ bytes: ByteBuffer) async throws(ConnectionFailure) -> HTTPAnswer? {
        await close()
        let connection = try await open()
        do {
            try await connection.send(bytes, timeout: timeout)
        } catch ConnectionFailure.closed {
            // The server may refuse before it has read everything; its answer is still to be read.
        }
        let answer: HTTPAnswer?
        do {
            answer = try await read(from: connection, bodiless: false)
        } catch ConnectionFailure.closed {
            answer = nil
        }
        await close()
        return answer
    }

    /// Closes the connection; the next request opens another.
    package func close() async {
        await connection?.close()
        connection = nil
        received = ByteBuffer()
    }

    private func open() async throws(ConnectionFailure) -> ByteConnection {
        if let connection, connection.isOpen { return connection }
        received = ByteBuffer()
        let opened = try await ByteConnection.connect(host: host, port: port, timeout: timeout)
        connection = opened
        return opened
    }

    private func exchange(_ request: ByteBuffer, bodiless: Bool) async throws(ConnectionFailure) -> HTTPAnswer {
        let connection = try await open()
        try await connection.send(request, timeout: timeout)
        let answer = try await read(from: connection, bodiless: bodiless)
        if answer.closes { await close() }
        return answer
    }

    private func read(from connection: ByteConnection, bodiless: Bool) async throws(ConnectionFailure) -> HTTPAnswer {
        let deadline = ContinuousClock.now.advanced(by: timeout)
        var parser = HTTPAnswerParser()
        while true {
            if let answer = try parser.next(&received, bodiless: bodiless) { return answer }
            guard var part = try await connection.receive(timeout: ContinuousClock.now.duration(to: deadline)) else {
                if let answer = try parser.next(&received, bodiless: bodiless, ended: true) { return answer }
                throw .closed(operation: "waiting for an answer")
            }
            received.writeBuffer(&part)
        }
    }

    private func render(_ method: String, _ path: String, fields: [Field], body: [UInt8]?) -> ByteBuffer {
        var all: [Field] = [("Host", "\(host):\(port)")]
        if let token { all.append(("Authorization", "Bearer \(token)")) }
        if let body {
            all.append(("Content-Type", "application/json"))
            all.append(("Content-Length", "\(body.count)"))
        } else if method != "GET", method != "HEAD" {
            all.append(("Content-Length", "0"))
        }
        let replaced = Set(fields.map { $0.name.lowercased() })
        all.removeAll { replaced.contains($0.name.lowercased()) }
        all += fields
        var bytes = ByteBuffer()
        bytes.writeString("\(method) \(path) HTTP/1.1\r\n")
        for field in all { bytes.writeString("\(field.name): \(field.value)\r\n") }
        bytes.writeString("\r\n")
        if let body { bytes.writeBytes(body) }
        return bytes
    }

    private static func keyField(_ key: String?) -> [Field] {
        key.map { [("Idempotency-Key", $0)] } ?? []
    }
}
