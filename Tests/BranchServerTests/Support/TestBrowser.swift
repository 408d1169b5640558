import BranchAccess
import BranchStore
import HTTPTypes
import QueueTestSupport
import Testing

/// A browser of one test: keeps the cookies that it is given and names its origin.
final class TestBrowser {
    let branch: BranchFixture
    let address: String
    private(set) var cookies: [String: String] = [:]
    /// nil = none is sent.
    var origin: String?
    let port: Int

    /// - Parameter port: the server's, which the page's origin names.
    init(_ branch: BranchFixture, from address: String = "10.0.0.1", port: Int = 8_080) {
        self.branch = branch
        self.address = address
        self.port = port
        origin = "http://localhost:\(port)"
    }

    var session: String? { cookies["turn_session"] }
    var device: String? { cookies["turn_device"] }

    /// Takes another browser's cookie, as a thief would.
    func take(_ name: String, _ value: String?) { cookies[name] = value }

    @discardableResult
    func send(
        _ method: HTTPRequest.Method, _ path: String, _ body: JSON? = nil, fields: [(String, String)] = []
    ) async throws -> TestAnswer {
        var all = fields
        if !cookies.isEmpty {
            all.append(("Cookie", cookies.map { "\($0.key)=\($0.value)" }.joined(separator: "; ")))
        }
        if method != .get, let origin { all.append(("Origin", origin)) }
        let answer = try await branch.send(method, path, as: nil, body, fields: all, from: address)
        for header in answer.headers[values: .setCookie] {
            let pair = header.prefix { $0 != ";" }.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            cookies[String(pair[0])] = header.contains("Max-Age=0") ? nil : String(pair[1])
        }
        return answer
    }

    func get(_ path: String) async throws -> TestAnswer { try await send(.get, path) }
    func post(_ path: String, _ body: JSON? = nil) async throws -> TestAnswer { try await send(.post, path, body) }
}

extension BranchFixture {
    static let passphrase = "correct horse battery"

    /// A browser signed in as the first admin.
    func admin(port: Int = 8_080) async throws -> TestBrowser {
        let code = UserCode()
        try await store.startSetupCode(code.hash.bytes, age: 60_000)
        let browser = TestBrowser(self, port: port)
        try await browser.post(
            "/setup",
            [
                "code": .string(code.text), "name": "Ada", "passphrase": .string(Self.passphrase),
            ]
        ).expect(201)
        return browser
    }

    /// A browser that an admin has paired.
    func paired(_ kind: String, counter: Int64? = nil, by admin: TestBrowser) async throws -> TestBrowser {
        let browser = TestBrowser(self, from: "10.0.0.20", port: admin.port)
        let begun = try await browser.post("/devices/pair", ["kind": .string(kind)])
        begun.expect(201)
        var order: [String: JSON] = ["user_code": begun.json["user_code"], "name": .string("\(kind) \(counter ?? 0)")]
        if let counter { order["counter_id"] = .integer(counter) }
        try await admin.post("/devices", .object(order)).expect(201)
        try await browser.post("/devices/pair", ["device_code": begun.json["device_code"]]).expect(200)
        return browser
    }
}
