import BranchAccess
import BranchStore
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import QueueEvents

/// `/livez`, `/readyz`, `/openapi.yaml`.
enum ServiceRoutes {
    static let all: [Route] = [
        Route(method: .get, path: "/livez", operation: .livez) { _ throws(Problem) in health("alive") },
        Route(method: .get, path: "/readyz", operation: .readyz) { call throws(Problem) in
            guard try await call.reading({ store throws(StoreError) in try await store.branch() }) != nil else {
                throw Problem(.serviceUnavailable, "unavailable", "The database has no branch.")
            }
            return health("ready")
        },
        Route(method: .get, path: "/openapi.yaml", operation: .openAPI) { _ throws(Problem) in
            guard let description else { throw Problem.notFound }
            return Response(
                status: .ok, headers: [.contentType: "application/yaml", .cacheControl: "no-cache"],
                body: .init(byteBuffer: ByteBuffer(bytes: description)))
        },
    ]

    private static func health(_ status: String) -> Response {
        var text = JSONText(capacity: 32)
        text.beginObject()
        text.member("status", status)
        text.endObject()
        return .json(text)
    }

    /// Read once, from beside the program.
    private static let description: Data? = ResourceFolder.contents(of: "openapi.yaml")
}

/// Files that come with the program.
enum ResourceFolder {
    /// - Returns: nil when the installation lacks the file.
    static func contents(of name: String) -> Data? {
        guard let url = Bundle.module.url(forResource: name, withExtension: nil) else { return nil }
        return try? Data(contentsOf: url)  // Missing: the route answers 404.
    }
}
