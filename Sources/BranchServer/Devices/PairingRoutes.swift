import BranchAccess
import BranchStore
import HTTPTypes
import Hummingbird
import QueueDomain
import QueueEvents

/// Pairing as in RFC 8628: the device shows a code, an admin approves it, the device fetches what it is from then on.
enum PairingRoutes {
    static let all: [Route] = [
        Route(method: .post, path: "/devices/pair", operation: .pairDevice, handle: pair),
        Route(method: .post, path: "/devices/self", operation: .reportDevice, handle: report),
        Route(method: .get, path: "/devices/codes/{code}", operation: .readPairing, handle: read),
        Route(method: .delete, path: "/devices/codes/{code}", operation: .denyDevice, handle: deny),
        Route(method: .post, path: "/devices", operation: .approveDevice, handle: approve),
    ]

    // MARK: The device's side

    private static func pair(_ call: Call) async throws(Problem) -> Response {
        let body = try await call.body()
        let (code, kind) = try body.read { fields throws(FieldError) in
            (
                try fields.optionalText("device_code", maxLength: Limits.secret),
                try fields.optionalChoice("kind", of: DeviceKind.self)
            )
        }
        if let code { return try await ask(call, code) }
        guard let kind else { throw Problem.badRequest("kind is required.", field: "kind") }
        let (tick, address) = (call.store.moment().tick, call.context.caller.address)
        let begun = call.services.access.pairing { desk in
            Result { () throws(PairingDesk.Refusal) in try desk.begin(kind, from: address, now: tick) }
        }
        guard case .success((let deviceCode, let userCode)) = begun else {
            throw Problem.rateLimited(retryAfter: 60)
        }
        var text = JSONText()
        text.beginObject()
        text.member("device_code", deviceCode)
        text.member("user_code", userCode.text)
        text.member("expires_in", BranchAccess.Limits.pairingAge / 1_000)
        text.member("interval", BranchAccess.Limits.pairingInterval / 1_000)
        text.member("approve_url", call.ownURL.map { "\($0)/admin#devices?code=\(userCode.letters)" })
        text.endObject()
        return Response.json(text, status: .created)
    }

    private static func ask(_ call: Call, _ code: String) async throws(Problem) -> Response {
        let tick = call.store.moment().tick
        switch call.services.access.pairing({ $0.ask(code, now: tick) }) {
        case .pending: return state("pending", status: .accepted)
        case .denied: throw Problem(.forbidden, "code_denied", "This code was denied.")
        case .unknown: throw Problem(.gone, "code_expired", "This code has ended; begin again.")
        case .tooFast(let wait): throw Problem.rateLimited(retryAfter: Int(wait / 1_000))
        case .approved(let secret, let id):
            guard let device = call.services.access.browsers.device(id) else {
                throw Problem(.gone, "code_expired", "This device was revoked meanwhile.")
            }
            return approved(device, secret: secret, isSecure: call.context.caller.isSecure)
        }
    }

    private static func state(_ word: String, status: HTTPResponse.Status) -> Response {
        var text = JSONText(capacity: 32)
        text.beginObject()
        text.member("state", word)
        text.endObject()
        return .json(text, status: status)
    }

    /// A browser gets its secret as a cookie that no script can read, a worker's program in the body.
    private static func approved(_ device: PairedDevice, secret: String, isSecure: Bool) -> Response {
        var text = JSONText()
        text.beginObject()
        text.member("state", "approved")
        text.key("device")
        text.beginObject()
        text.member("id", device.id)
        text.member("name", device.name)
        text.member("kind", device.kind.rawValue)
        text.member("counter_id", device.counterID)
        text.endObject()
        text.member("token", device.kind == .worker ? secret : nil)
        text.endObject()
        var response = Response.json(text)
        if device.kind != .worker {
            let cookie = BrowserCookies.set(device: secret, isSecure: isSecure)
            response.headers.append(HTTPField(name: .setCookie, value: cookie))
        }
        return response
    }

    /// What a device says of itself, now and then. Answers with a new secret when the old one has served a while.
    private static func report(_ call: Call) async throws(Problem) -> Response {
        guard let device = call.device else { throw Problem.unauthorized }
        let body = try await call.body()
        let (version, clock) = try body.read { fields throws(FieldError) in
            (
                try fields.optionalText("page_version", maxLength: Limits.pageVersion),
                try fields.optionalText("now", maxLength: 40)
            )
        }
        let moment = call.store.moment()
        var difference: Int64?
        if let clock {
            guard let milliseconds = UTCText.milliseconds(clock) else {
                throw Problem.badRequest("now must be an RFC 3339 time.", field: "now")
            }
            difference = milliseconds - moment.wall.milliseconds
        }
        let isOld = moment.tick - device.rotatedAt >= BranchAccess.Limits.deviceSecretAge
        let secret = isOld && device.kind != .worker ? BrowserSecret() : nil
        let report = DeviceReport(
            address: call.context.caller.address, pageVersion: version, clockDifference: difference)
        let row = try await call.storing { store throws(StoreError) in
            try await store.report(report, of: device.id, newHash: secret?.hash.bytes)
        }
        guard let row else { throw Problem.unauthorized }
        var response = Response(status: .noContent, headers: [.cacheControl: "no-store"])
        guard let secret, let renewed = PairedDevice(row) else { return response }
        call.services.access.browsers.put(renewed)
        let cookie = BrowserCookies.set(device: secret.text, isSecure: call.context.caller.isSecure)
        response.headers.append(HTTPField(name: .setCookie, value: cookie))
        return response
    }

    // MARK: The admin's side

    private static func userCode(_ text: String) throws(Problem) -> UserCode {
        guard let code = UserCode(text) else { throw Problem.codeUnknown }
        return code
    }

    private static func pending(_ code: UserCode, _ call: Call) throws(Problem) -> PairingDesk.Request {
        let tick = call.store.moment().tick
        let guess = AccessDesk.Guess(target: "pairing code", source: "token \(call.caller.tokenID)")
        try call.services.access.beginGuess(guess, tick: tick)
        guard let request = call.services.access.pairing({ $0.pending(code, now: tick) }) else {
            throw Problem.codeUnknown
        }
        call.services.access.succeeded(guess)
        return request
    }

    private static func read(_ call: Call) async throws(Problem) -> Response {
        let request = try pending(try userCode(call.context.parameters.get("code") ?? ""), call)
        let moment = call.store.moment()
        var text = JSONText()
        text.beginObject()
        text.member("kind", request.kind.rawValue)
        text.member("address", request.address)
        let until = moment.wall.milliseconds + request.expiresAt - moment.tick
        text.member("expires_at", UTCText.text(milliseconds: until))
        text.endObject()
        return .json(text)
    }

    private static func deny(_ call: Call) async throws(Problem) -> Response {
        let code = try userCode(call.context.parameters.get("code") ?? "")
        _ = try pending(code, call)
        let tick = call.store.moment().tick
        guard call.services.access.pairing({ $0.deny(code, now: tick) }) else { throw Problem.codeUnknown }
        return Response(status: .noContent)
    }

    private static func approve(_ call: Call) async throws(Problem) -> Response {
        let body = try await call.body()
        let (typed, name, counter) = try body.read { fields throws(FieldError) in
            (
                try fields.text("user_code", maxLength: Limits.secret),
                try fields.text("name", minLength: 1, maxLength: 60), try fields.optionalID("counter_id")
            )
        }
        let code = try userCode(typed)
        let request = try pending(code, call)
        guard (request.kind == .counter) == (counter != nil) else {
            throw Problem.badRequest("counter_id is needed for a counter, and for nothing else.", field: "counter_id")
        }
        let secret = request.kind == .worker ? AccessToken(role: .worker).text : BrowserSecret().text
        let actor = call.auditActor
        let result = try await call.storing { store throws(StoreError) in
            try await store.createDevice(
                kind: request.kind.rawValue, name: name, counterID: counter, hash: SecretHash(of: secret).bytes,
                address: request.address, by: actor)
        }
        switch result {
        case .failure(let refusal): throw Problem(refusal, isPrecondition: false)
        case .success(let row):
            guard let device = PairedDevice(row) else { throw Problem.codeUnknown }
            call.services.access.browsers.put(device)
            call.services.access.pairing { $0.approve(code, secret: secret, deviceID: row.id) }
            return DeviceRoutes.answer(row, call, status: .created)
        }
    }
}

extension Problem {
    static var codeUnknown: Problem {
        Problem(.notFound, "code_unknown", "No device shows this code, or it has ended.")
    }

    init(_ refusal: DeviceRefusal, isPrecondition: Bool) {
        switch refusal {
        case .unknown: self.init(.notFound, "device_not_found", "There is no such device.")
        case .nameTaken: self.init(.conflict, "name_in_use", "Another one has this name.")
        case .counterUnknown: self.init(.notFound, "counter_not_found", "There is no such counter.")
        case .tooMany: self.init(.conflict, "limit_reached", "There are as many as there may be.")
        case .staleVersion:
            self.init(
                isPrecondition ? .preconditionFailed : .conflict, "version_conflict",
                "It has changed since you saw it.")
        }
    }
}
