#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif
import Synchronization

/// The `Date` field (RFC 9110, 5.6.7), made once a second.
package final class HTTPDate: Sendable {
    /// Guards the text and the second it was made for.
    private let cache = Mutex<(second: Int, text: String)>((.min, ""))

    /// The date now.
    package var text: String {
        let now = time(nil)
        return cache.withLock { cache in
            if cache.second != now { cache = (now, Self.format(secondsSince1970: now)) }
            return cache.text
        }
    }

    /// `Sun, 06 Nov 1994 08:49:37 GMT`.
    package static func format(secondsSince1970 seconds: Int) -> String {
        var seconds = seconds
        var parts = tm()
        gmtime_r(&seconds, &parts)
        let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let day = days[Int(parts.tm_wday)]
        let month = months[Int(parts.tm_mon)]
        let clock = "\(padded(parts.tm_hour)):\(padded(parts.tm_min)):\(padded(parts.tm_sec))"
        return "\(day), \(padded(parts.tm_mday)) \(month) \(parts.tm_year + 1900) \(clock) GMT"
    }

    private static func padded(_ number: Int32) -> String {
        number < 10 ? "0\(number)" : "\(number)"
    }
}
