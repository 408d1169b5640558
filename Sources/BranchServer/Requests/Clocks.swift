import Foundation

/// Milliseconds since 1970, for what is stored or shown.
enum WallClock {
    static func milliseconds() -> Int64 { Int64(Date().timeIntervalSince1970 * 1_000) }
}

/// Milliseconds of a clock that never goes back, for spans.
enum MonotonicClock {
    static func milliseconds() -> Int64 { Int64(DispatchTime.now().uptimeNanoseconds / 1_000_000) }
}
