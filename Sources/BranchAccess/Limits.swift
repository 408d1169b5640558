/// The bounds of access.
package enum Limits {
    /// The most live tokens of a branch.
    package static let tokens = 10_000

    /// The longest name of a token, in characters; as long as every other name of the branch.
    package static let tokenNameLength = 60

    /// The longest text that is looked at as a token, in bytes; a real one has at most 59.
    package static let tokenTextBytes = 80

    /// The most keys that one rate limiter keeps a bucket for. What finds no place shares one bucket.
    package static let rateBuckets = 10_000

    /// Look-ups of public links that an address gets for each unknown link that it may ask for.
    package static let lookUpsPerUnknownLink: Int64 = 10

    /// How often a full rate limiter looks for buckets that it can give up, in milliseconds.
    package static let rateSweepMilliseconds: Int64 = 1_000

    /// The highest rate, in requests a second, and the largest burst, in requests.
    package static let rate: Int64 = 1_000_000

    /// The longest Host or Origin header that is looked at, in bytes.
    package static let hostBytes = 300
}
