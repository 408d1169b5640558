import HQIngest

/// An answer of the port, before it becomes HTTP.
package struct HQAnswer: Equatable, Sendable {
    /// The HTTP status.
    package var status: Int
    package var contentType: String
    package var body: [UInt8]
    /// Methods, with status 405.
    package var allow: String?

    private init(_ status: Int, _ contentType: String, _ body: [UInt8], allow: String? = nil) {
        self.status = status
        self.contentType = contentType
        self.body = body
        self.allow = allow
    }

    /// What a request gets.
    /// - Parameters:
    ///   - path: without a query.
    package static func to(_ method: String, _ path: String, _ picture: HQPicture) -> HQAnswer {
        let answer: HQAnswer? =
            switch path {
            case "/livez": text(200, "live\n")
            case "/readyz": readiness(picture)
            case "/metrics":
                HQAnswer(200, "text/plain; version=0.0.4; charset=utf-8", HQMetrics.text(of: picture))
            case "/status": status(picture)
            default: nil
            }
        guard let answer else { return problem(404, "Not Found", "not_found", "There is no such path.") }
        guard method == "GET" || method == "HEAD" else {
            var refusal = problem(
                405, "Method Not Allowed", "method_not_allowed", "This path doesn't take this method.")
            refusal.allow = "GET, HEAD"
            return refusal
        }
        return answer
    }

    private static func readiness(_ picture: HQPicture) -> HQAnswer {
        let obstacles = picture.obstacles
        guard !obstacles.isEmpty else { return text(200, "ready\n") }
        return text(503, obstacles.map { $0 + "\n" }.joined())
    }

    /// The last status that could be read, even when the database is away now: `now` says of when it is.
    private static func status(_ picture: HQPicture) -> HQAnswer {
        guard var status = picture.watch.status else {
            return problem(
                503, "Service Unavailable", "unavailable", "PostgreSQL could not be read yet; /readyz says why.")
        }
        status.redisFault = picture.ingest?.redisFault
        return HQAnswer(200, "application/json", status.json)
    }

    private static func text(_ status: Int, _ text: String) -> HQAnswer {
        HQAnswer(status, "text/plain; charset=utf-8", Array(text.utf8))
    }

    /// RFC 9457; the texts are constants and need no escaping.
    private static func problem(_ status: Int, _ title: String, _ code: String, _ detail: String) -> HQAnswer {
        let body = """
            {"type":"about:blank","title":"\(title)","status":\(status),"code":"\(code)","detail":"\(detail)"}
            """
        return HQAnswer(status, "application/problem+json", Array(body.utf8))
    }
}
