import BranchAccess
import BranchStore
import Hummingbird
import QueueDomain
import QueueEvents

/// Who a browser is and what it should show, as `GET /session` and a log-in answer it.
struct SessionAnswer {
    let identity: BrowserIdentity
    let setup: SetupState
    let branch: Branch
    let agents: [NamedAgent]?
    let isSecure: Bool
    let moment: Moment
    let version: String

    static func read(_ call: Call, identity: BrowserIdentity) async throws(Problem) -> SessionAnswer {
        let isCounter = identity.device?.kind == .counter
        let (setup, branch, agents) = try await call.reading { store throws(StoreError) in
            (
                try await store.setupState(), try await store.branch(),
                isCounter ? try await store.agentsWithPIN() : nil
            )
        }
        guard let branch else {
            throw Problem(.serviceUnavailable, "unavailable", "The database has no branch.")
        }
        return SessionAnswer(
            identity: identity, setup: setup, branch: branch, agents: agents,
            isSecure: call.context.caller.isSecure, moment: call.store.moment(), version: call.services.version)
    }

    func response(status: HTTPResponse.Status = .ok) -> Response {
        var text = JSONText()
        write(into: &text)
        return Response.json(text, status: status)
    }

    func write(into text: inout JSONText) {
        text.beginObject()
        text.member("role", identity.principal?.role.rawValue)
        writeWho(into: &text)
        writeDevice(into: &text)
        text.key("agents")
        if let agents {
            text.beginArray()
            for agent in agents { Self.named(agent.agent.id.rawValue, agent.name, into: &text) }
            text.endArray()
        } else {
            text.null()
        }
        text.member("set_up", setup.word)
        text.member("secure", isSecure)
        text.member("expires_at", identity.session.map { time(of: $0.endsAt) })
        text.member("reauthenticate_after", identity.session.map { time(of: $0.reauthenticateAfter) })
        text.key("branch")
        text.beginObject()
        text.member("name", branch.profile.name)
        text.member("time_zone", branch.profile.timeZone)
        text.member("language", branch.profile.language)
        text.endObject()
        text.member("now", UTCText.text(milliseconds: moment.wall.milliseconds))
        text.member("version", version)
        text.endObject()
    }

    private func writeWho(into text: inout JSONText) {
        text.key("person")
        if case .person(let id, let name, _) = identity.session?.who {
            Self.named(id, name, into: &text)
        } else {
            text.null()
        }
        text.key("agent")
        if case .agent(let id, let name) = identity.session?.who {
            Self.named(id, name, into: &text)
        } else {
            text.null()
        }
    }

    private func writeDevice(into text: inout JSONText) {
        text.key("device")
        guard let device = identity.device else { return text.null() }
        text.beginObject()
        text.member("id", device.id)
        text.member("name", device.name)
        text.member("kind", device.kind.rawValue)
        text.member("counter_id", device.counterID)
        text.endObject()
    }

    private static func named(_ id: Int64, _ name: String, into text: inout JSONText) {
        text.beginObject()
        text.member("id", id)
        text.member("name", name)
        text.endObject()
    }

    private func time(of tick: Int64) -> String {
        UTCText.text(milliseconds: moment.wall.milliseconds + tick - moment.tick)
    }
}

extension SetupState {
    /// The word that pages know it by.
    var word: String { isNew ? "new" : isDone ? "done" : "open" }
}
