import BranchAccess
import BranchStore
import HTTPTypes
import Hummingbird
import QueueDomain
import QueueEvents

/// `/devices`: what is paired, and how it is.
enum DeviceRoutes {
    static let all: [Route] = [
        Route(method: .get, path: "/devices", operation: .listDevices) { call throws(Problem) in
            let devices = try await call.reading { store throws(StoreError) in try await store.devices() }
            return try RowAnswer.page(devices, for: call, id: \.id) { write($0, call, into: &$1) }
        },
        Route(method: .patch, path: "/devices/{id}", operation: .patchDevice, handle: patch),
        Route(method: .delete, path: "/devices/{id}", operation: .deleteDevice, handle: delete),
    ]

    private static func patch(_ call: Call) async throws(Problem) -> Response {
        let id = try call.pathID()
        let body = try await call.body()
        let expected = try call.expected(body)
        let (name, counter) = try body.read { fields throws(FieldError) in
            (try fields.optionalText("name", minLength: 1, maxLength: 60), try fields.optionalID("counter_id"))
        }
        let actor = call.auditActor
        let result = try await call.storing { store throws(StoreError) in
            try await store.changeDevice(
                id, name: name, counterID: counter, expecting: expected.version, by: actor)
        }
        switch result {
        case .failure(let refusal): throw Problem(refusal, isPrecondition: expected.isPrecondition)
        case .success(let row):
            if let device = PairedDevice(row) { call.services.access.browsers.put(device) }
            await call.renewSessions()
            return answer(row, call)
        }
    }

    private static func delete(_ call: Call) async throws(Problem) -> Response {
        let id = try call.pathID()
        let version = try call.ifMatch()
        let actor = call.auditActor
        let result = try await call.storing { store throws(StoreError) in
            try await store.revokeDevice(id, expecting: version, by: actor)
        }
        if case .failure(let refusal) = result { throw Problem(refusal, isPrecondition: version != nil) }
        call.services.access.browsers.remove(device: id)
        return Response(status: .noContent)
    }

    static func answer(_ device: StoredDevice, _ call: Call, status: HTTPResponse.Status = .ok) -> Response {
        var text = JSONText()
        write(device, call, into: &text)
        var response = Response.json(text, status: status)
        response.headers[.eTag] = ETag.text(device.version)
        return response
    }

    private static func write(_ device: StoredDevice, _ call: Call, into text: inout JSONText) {
        let moment = call.store.moment()
        let presence = call.services.access.browsers.presence(of: device.id, tick: moment.tick)
        let seen =
            presence.heardAt.map { moment.wall.milliseconds + $0 - moment.tick } ?? device.lastSeenAt?.milliseconds
        text.beginObject()
        text.member("id", device.id)
        text.member("name", device.name)
        text.member("kind", device.kind)
        text.member("counter_id", device.counterID)
        text.member("created_at", UTCText.text(milliseconds: device.createdAt.milliseconds))
        text.member("last_seen_at", seen.map { UTCText.text(milliseconds: $0) })
        text.member("address", device.address)
        text.member("page_version", device.pageVersion)
        text.member("clock_difference_ms", device.clockDifference)
        text.member("connected", presence.isConnected)
        text.member("missing", presence.isMissing)
        text.member("version", device.version)
        text.endObject()
    }
}

extension Call {
    /// The paired device that asks: by its cookie, or by a worker's token.
    var device: PairedDevice? {
        let caller = context.caller
        if let device = caller.identity.device { return device }
        guard let principal = caller.principal, principal.kind == .device else { return nil }
        return services.access.browsers.device(principal.tokenID)
    }

    /// Where this box is, as the request or the settings name it.
    var ownURL: String? {
        let scheme = context.caller.isSecure ? "https" : "http"
        return services.publicBaseURL ?? context.caller.host.map { "\(scheme)://\($0)" }
    }
}
