import BranchAccess
import HTTPTypes
import Hummingbird
import HummingbirdCore
import QueueDomain
import QueueEvents

/// What one WebSocket follows.
struct Subscription: Sendable {
    let principal: Principal
    /// nil = all queues.
    let queues: Set<QueueID>?
    /// Where the client goes on; nil = it wants a snapshot.
    let since: LogPlace?

    var view: ReaderView { principal.view == .staff ? .staff : .board }

    /// Seconds between beats: counters and kiosks must notice a loss within three seconds.
    var beatSeconds: Int {
        switch principal.role {
        case .admin, .supervisor, .agent, .kiosk: 1
        case .worker, .display, .metrics: 5
        }
    }
}

/// `GET /ws?queue_id=N&since=<incarnation>.<seq>`.
enum LivePath {
    static let path = "/ws"

    static func matches(_ head: HTTPRequest) -> Bool { URI(head.path ?? "").path == path }

    static func subscription(_ head: HTTPRequest, principal: Principal) throws(Problem) -> Subscription {
        let parameters = URI(head.path ?? "").queryParameters
        let texts = parameters[values: "queue_id"]
        guard texts.count <= Limits.socketQueues else {
            throw Problem.badRequest("queue_id may stand \(Limits.socketQueues) times.", field: "queue_id")
        }
        var queues: Set<QueueID> = []
        for text in texts {
            guard let id = Int64(text), id > 0, text.first != "+" else {
                throw Problem.badRequest("queue_id must be a positive integer.", field: "queue_id")
            }
            queues.insert(QueueID(id))
        }
        let places = parameters[values: "since"]
        guard places.count <= 1 else { throw Problem.badRequest("since may stand once.", field: "since") }
        let since = try places.first.map { text throws(Problem) in try LogPlace.read(String(text), field: "since") }
        return Subscription(principal: principal, queues: queues.isEmpty ? nil : queues, since: since)
    }
}
