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
            let connected = call.services.connectedDevices()
            return try RowAnswer.page(devices, for: call, id: \.id) { write($0, call, connected, into: &$1) }
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
        write(device, call, call.services.connectedDevices(), into: &text)
        var response = Response.json(text, status: status)
        response.headers[.eTag] = ETag.text(device.version)
        return response
    }

    private static func write(
        _ device: StoredDevice, _ call: Call, _ connected: Set<Int64>, into text: inout JSONText
    ) {
        let isConnected = connected.contains(device.id)
        let moment = call.store.moment()
        let heard = call.services.access.browsers.heardAt(device: device.id)
        let silence = moment.tick - (heard ?? 0)
        let seen = heard.map { moment.wall.milliseconds + $0 - moment.tick } ?? device.lastSeenAt?.milliseconds
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
        text.member("connected", isConnected)
        text.member("missing", !isConnected && (heard == nil || silence > Limits.deviceSilence))
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
