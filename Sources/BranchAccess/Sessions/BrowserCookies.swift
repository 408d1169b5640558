/// The two cookies of a browser: the device that it is, and the person who is signed in at it.
///
/// Both are HttpOnly and SameSite=Strict; under TLS they are Secure and carry the prefix `__Host-`, which no other
/// host and no plain page can set (RFC 6265bis, section 4.1.3).
package struct BrowserCookies: Sendable, Equatable {
    /// The device's token, or nil.
    package let device: String?
    /// The session's token, or nil.
    package let session: String?

    /// Reads the values of a request's Cookie fields.
    ///
    /// - Parameters:
    ///   - fields: the values; browsers send one, HTTP allows several.
    ///   - isSecure: whether the request came over TLS; then only names with the prefix count.
    package init(_ fields: [String], isSecure: Bool) {
        var device: String?
        var session: String?
        for field in fields where field.utf8.count <= Limits.cookieBytes {
            for pair in field.split(separator: ";") {
                let parts = pair.drop { $0 == " " }.split(separator: "=", maxSplits: 1)
                guard parts.count == 2 else { continue }
                switch String(parts[0]) {
                case Self.deviceName(isSecure: isSecure): device = device ?? String(parts[1])
                case Self.sessionName(isSecure: isSecure): session = session ?? String(parts[1])
                default: continue
                }
            }
        }
        self.device = device
        self.session = session
    }

    /// Whether the browser brings neither.
    package var isEmpty: Bool { device == nil && session == nil }

    private static func deviceName(isSecure: Bool) -> String { isSecure ? "__Host-turn_device" : "turn_device" }
    private static func sessionName(isSecure: Bool) -> String { isSecure ? "__Host-turn_session" : "turn_session" }

    /// The Set-Cookie value that makes the browser this device, for ``Limits/deviceCookieSeconds``.
    package static func set(device token: String, isSecure: Bool) -> String {
        cookie(deviceName(isSecure: isSecure), token, seconds: Limits.deviceCookieSeconds, isSecure)
    }

    /// The Set-Cookie value that signs the browser in, at most as long as a session lives.
    package static func set(session token: String, isSecure: Bool) -> String {
        cookie(sessionName(isSecure: isSecure), token, seconds: Limits.longestSession / 1_000, isSecure)
    }

    /// The Set-Cookie value that takes the session out of the browser.
    package static func endSession(isSecure: Bool) -> String {
        cookie(sessionName(isSecure: isSecure), "", seconds: 0, isSecure)
    }

    private static func cookie(_ name: String, _ value: String, seconds: Int64, _ isSecure: Bool) -> String {
        "\(name)=\(value); Path=/; Max-Age=\(seconds); HttpOnly; SameSite=Strict\(isSecure ? "; Secure" : "")"
    }
}
