/// How fast somebody may ask: a bucket holds `burst` requests and fills with `perSecond` a second.
package struct RateLimit: Sendable, Equatable {
    /// Requests a second; 0 = no limit.
    package let perSecond: Int64

    /// Requests that may come at once.
    package let burst: Int64

    /// - Parameters:
    ///   - perSecond: requests a second, at most ``Limits/rate``; 0 = no limit.
    ///   - burst: requests that may come at once, 1 to ``Limits/rate``.
    package init(perSecond: Int64, burst: Int64) {
        self.perSecond = min(max(perSecond, 0), Limits.rate)
        self.burst = min(max(burst, 1), Limits.rate)
    }

    /// No limit.
    package static let none = RateLimit(perSecond: 0, burst: 1)
}

/// The answer of a rate limiter.
package enum RateVerdict: Sendable, Equatable {
    case allowed
    /// 429; the next request may come after this many milliseconds.
    case refused(retryAfterMilliseconds: Int64)
}

/// Token buckets by key, all with one limit. A value: the time comes from outside, in milliseconds that never go back.
///
/// The number of buckets is bounded. A full bucket says nothing that its absence doesn't, so full ones are given up
/// first. If all are in use, callers without a bucket share one: strangers may then starve each other, but neither
/// those who have a bucket nor the memory.
package struct RateLimiter<Key: Hashable & Sendable>: Sendable {
    private struct Bucket {
        /// In thousandths of a request: one request a second fills one thousandth a millisecond, without rounding.
        var level: Int64
        var filledAt: Int64
    }

    private let limit: RateLimit
    private let capacity: Int
    private var buckets: [Key: Bucket] = [:]
    private var shared: Bucket?
    private var sweptAt: Int64?

    /// - Parameters:
    ///   - limit: what each key may do.
    ///   - capacity: the most buckets.
    package init(_ limit: RateLimit, capacity: Int = Limits.rateBuckets) {
        self.limit = limit
        self.capacity = capacity
    }

    /// The number of buckets that are kept.
    package var count: Int { buckets.count }

    /// Takes one request out of the key's bucket, if it holds one.
    package mutating func take(_ key: Key, nowMilliseconds now: Int64) -> RateVerdict {
        guard limit.perSecond > 0 else { return .allowed }
        if let bucket = buckets[key] {
            let (verdict, changed) = take(from: bucket, now)
            buckets[key] = changed
            return verdict
        }
        let full = Bucket(level: full, filledAt: now)
        if buckets.count >= capacity { sweep(now) }
        guard buckets.count < capacity else {
            let (verdict, changed) = take(from: shared ?? full, now)
            shared = changed
            return verdict
        }
        let (verdict, changed) = take(from: full, now)
        buckets[key] = changed
        return verdict
    }

    /// What `take` would say now; nothing is taken.
    package func peek(_ key: Key, nowMilliseconds now: Int64) -> RateVerdict {
        guard limit.perSecond > 0, let bucket = buckets[key] else { return .allowed }
        return take(from: bucket, now).0
    }

    private var full: Int64 { limit.burst * 1_000 }

    private func take(from bucket: Bucket, _ now: Int64) -> (RateVerdict, Bucket) {
        var bucket = filled(bucket, now)
        guard bucket.level >= 1_000 else {
            let missing = 1_000 - bucket.level
            return (.refused(retryAfterMilliseconds: (missing + limit.perSecond - 1) / limit.perSecond), bucket)
        }
        bucket.level -= 1_000
        return (.allowed, bucket)
    }

    /// The bucket as it is now. Time that seems to go back fills nothing and takes nothing.
    private func filled(_ bucket: Bucket, _ now: Int64) -> Bucket {
        guard now > bucket.filledAt else { return bucket }
        // Beyond the time that fills it from empty the bucket is full; this also keeps the product from overflowing.
        let elapsed = min(now &- bucket.filledAt, full / limit.perSecond + 1)
        guard elapsed > 0 else { return Bucket(level: full, filledAt: now) }
        return Bucket(level: min(full, bucket.level + elapsed * limit.perSecond), filledAt: now)
    }

    /// Gives up full buckets, at most once in ``Limits/rateSweepMilliseconds`` because it looks at all of them.
    private mutating func sweep(_ now: Int64) {
        if let sweptAt, now < sweptAt + Limits.rateSweepMilliseconds { return }
        sweptAt = now
        buckets = buckets.filter { filled($0.value, now).level < full }
    }
}
