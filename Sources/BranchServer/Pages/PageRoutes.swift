import BranchAccess
import BranchWeb
import HTTPTypes
import Hummingbird
import NIOCore

/// The pages and what they load. They hold no data of the branch, so anybody may have them.
enum PageRoutes {
    static let all: [Route] =
        ["/", "/docs", "/setup", "/admin", "/kiosk", "/counter", "/display", "/pair"].map(page) + [
            Route(method: .get, path: "/assets/{hash}/**", operation: .readAsset, handle: asset),
            Route(method: .get, path: "/favicon.ico", operation: .readAsset) { call throws(Problem) in
                guard let file = call.services.site.assets["favicon.ico"] else { throw Problem.notFound }
                return response(file, call, cache: "public, max-age=86400")
            },
        ]

    private static func page(_ path: String) -> Route {
        let name = path == "/" ? "home" : String(path.dropFirst())
        return Route(method: .get, path: path, operation: .readPage) { call throws(Problem) in
            guard let file = call.services.site.pages[name] else { throw Problem.notFound }
            var response = response(file, call, cache: "no-cache")
            for (name, value) in PageHeaders.all { response.headers[name] = value }
            return response
        }
    }

    private static func asset(_ call: Call) async throws(Problem) -> Response {
        let prefix = "/assets/\(call.services.site.hash)/"
        let path = call.request.uri.path
        // Another hash is another version's: what is here now must not be kept under its address.
        guard path.hasPrefix(prefix), let file = call.services.site.assets[String(path.dropFirst(prefix.count))] else {
            throw Problem.notFound
        }
        return response(file, call, cache: "public, max-age=31536000, immutable")
    }

    private static func response(_ file: SiteFile, _ call: Call, cache: String) -> Response {
        var headers: HTTPFields = [
            .contentType: file.mediaType, .cacheControl: cache, .eTag: file.eTag, .vary: "Accept-Encoding",
            .xContentTypeOptions: "nosniff", PageHeaders.referrerPolicy: "no-referrer",
        ]
        let known = call.request.headers[values: .ifNoneMatch].flatMap { $0.split(separator: ",") }
        if known.contains(where: { $0.drop { $0 == " " }.drop { "W/".contains($0) } == file.eTag }) {
            return Response(status: .notModified, headers: headers)
        }
        let accepted = call.request.headers[values: .acceptEncoding].joined(separator: ",").lowercased()
        let takesGzip = accepted.split(separator: ",").contains { part in
            part.drop { $0 == " " }.hasPrefix("gzip") && !part.contains("q=0,") && !part.hasSuffix("q=0")
        }
        guard takesGzip, let gzip = file.gzip else {
            return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: file.bytes)))
        }
        headers[.contentEncoding] = "gzip"
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: gzip)))
    }
}

/// What every page says of itself to the browser.
enum PageHeaders {
    static let referrerPolicy = name("Referrer-Policy")

    /// Only what comes from here runs; nobody may frame a page; no powers that a page doesn't use.
    static let all: [(HTTPField.Name, String)] = [
        (
            .contentSecurityPolicy,
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
                + "connect-src 'self'; media-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
        ),
        (name("X-Frame-Options"), "DENY"),
        (name("Cross-Origin-Opener-Policy"), "same-origin"),
        (name("Cross-Origin-Resource-Policy"), "same-origin"),
        (name("Permissions-Policy"), "camera=(), microphone=(), geolocation=(), payment=(), usb=()"),
    ]

    private static func name(_ text: String) -> HTTPField.Name {
        guard let name = HTTPField.Name(text) else { preconditionFailure("The name is a valid token.") }
        return name
    }
}
