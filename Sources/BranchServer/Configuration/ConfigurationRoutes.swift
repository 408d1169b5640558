import BranchAccess
import BranchStore
import HTTPTypes
import Hummingbird
import NIOCore
import QueueDomain
import QueueEvents

/// `/configuration`: all that an admin sets, as one YAML file.
enum ConfigurationRoutes {
    static let all: [Route] = [
        Route(method: .get, path: "/configuration", operation: .exportConfiguration) { call throws(Problem) in
            let text: String
            do throws(ConfigurationExchange.Refusal) {
                text = try await call.services.configuration.text()
            } catch {
                throw call.problem(error)
            }
            return Response(
                status: .ok,
                headers: [
                    .contentType: YAMLBody.mediaType, .cacheControl: "no-store",
                    .contentDisposition: "attachment; filename=\"turn-branch.yaml\"",
                ],
                body: .init(byteBuffer: ByteBuffer(string: text)))
        },
        Route(method: .post, path: "/configuration", operation: .importConfiguration, handle: take),
    ]

    private static func take(_ call: Call) async throws(Problem) -> Response {
        let dryRun = try call.queryBool("dry_run") ?? false
        let yaml = try await call.yamlBody()
        let changes: [ConfigurationExchange.Change]
        do throws(ConfigurationExchange.Refusal) {
            changes = try await call.services.configuration.take(yaml, call.actor, dryRun)
        } catch {
            throw call.problem(error)
        }
        // A file may make agents inactive.
        if !dryRun { await call.renewSessions() }
        var text = JSONText()
        text.beginObject()
        text.member("dry_run", dryRun)
        text.key("changes")
        text.beginArray()
        for change in changes { change.write(into: &text) }
        text.endArray()
        text.endObject()
        return .json(text)
    }
}

/// YAML over HTTP (RFC 9512).
private enum YAMLBody {
    static let mediaType = "application/yaml"
}

extension ConfigurationExchange.Change {
    fileprivate func write(into text: inout JSONText) {
        text.beginObject()
        text.member("action", action)
        text.member("kind", kind)
        text.member("name", name)
        text.key("fields")
        text.beginArray()
        for field in fields { text.string(field) }
        text.endArray()
        text.endObject()
    }
}

extension Call {
    /// The text of a YAML body.
    fileprivate func yamlBody() async throws(Problem) -> String {
        let buffer = try await bodyBytes()
        try checkMediaType(YAMLBody.mediaType)
        guard let text = String(validating: buffer.readableBytesView, as: UTF8.self) else {
            throw Problem.badRequest("The body must be UTF-8.")
        }
        return text
    }

    /// What the exchange couldn't do, as the client is told.
    fileprivate func problem(_ refusal: ConfigurationExchange.Refusal) -> Problem {
        switch refusal {
        case .invalid(let sentence): Problem(.badRequest, "invalid_configuration", sentence)
        case .refused(let sentence): Problem(.conflict, "configuration_refused", sentence)
        case .unavailable(let cause): problem(StoreError.readFailed(cause))
        }
    }
}
