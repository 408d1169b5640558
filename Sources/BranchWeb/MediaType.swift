/// What a file is, by its name's end. Only what is listed here is served.
enum MediaType {
    private static let known: [String: String] = [
        "html": "text/html; charset=utf-8", "css": "text/css; charset=utf-8",
        "js": "text/javascript; charset=utf-8", "json": "application/json", "svg": "image/svg+xml",
        "png": "image/png", "ico": "image/x-icon", "wav": "audio/wav", "ogg": "audio/ogg", "woff2": "font/woff2",
        "webmanifest": "application/manifest+json", "txt": "text/plain; charset=utf-8",
    ]

    static func of(_ name: String) -> String? {
        known[String(name.split(separator: ".").last ?? "")]
    }

    static func isText(_ type: String) -> Bool {
        type.hasPrefix("text/") || type.hasSuffix("json") || type.hasSuffix("xml")
    }
}
