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

    /// Passes of Argon2id over its memory (RFC 9106; OWASP's least for this memory).
    package static let hashPasses: UInt32 = 2

    /// Memory of one hash, in KiB.
    package static let hashMemory: UInt32 = 19 * 1_024

    /// Hashes that may wait for a thread; more are answered 429.
    package static let waitingHashes = 32

    /// How far a hashing thread steps back behind the others (nice).
    package static let hashNiceness: Int32 = 10

    /// The stack of a hashing thread, in bytes; the memory of a hash is on the heap.
    package static let hashStack = 256 * 1_024

    /// Wrong secrets until the key is locked.
    package static let freeFailures = 5

    /// How long the first lock lasts, in milliseconds; each further one twice as long.
    package static let firstLock: Int64 = 30_000

    /// How long a lock lasts at most, in milliseconds.
    package static let longestLock: Int64 = 15 * 60_000

    /// After how long without a try failures are forgotten, in milliseconds.
    package static let failuresForgotten: Int64 = 24 * 3_600_000

    /// Keys that a lock-out remembers.
    package static let lockOutKeys = 10_000

    /// Characters of a passphrase.
    package static let passphraseLength = 12...200

    /// Different characters that a passphrase has at least, its owner's name left out.
    package static let passphraseVariety = 5

    /// Digits of a PIN.
    package static let pinDigits = 6

    /// The longest text that is read as a typed code, in bytes.
    package static let typedCodeBytes = 40

    /// The longest Cookie field that is read, in bytes.
    package static let cookieBytes = 4_096

    /// How long a browser remembers that it is a device, in seconds; renewed with its secret.
    package static let deviceCookieSeconds: Int64 = 400 * 86_400

    /// After how long a device gets a new secret, in milliseconds.
    package static let deviceSecretAge: Int64 = 30 * 86_400_000

    /// After how long without use a session ends, in milliseconds.
    package static let idleSession: Int64 = 30 * 60_000

    /// How long a session lasts at most, in milliseconds.
    package static let longestSession: Int64 = 12 * 3_600_000

    /// How long after the passphrase an admin may change things, in milliseconds.
    package static let freshLogIn: Int64 = 15 * 60_000

    /// How long a set-up code is good, in milliseconds.
    package static let setupCodeAge: Int64 = 30 * 60_000

    /// How long a pairing code is good, in milliseconds.
    package static let pairingAge: Int64 = 600_000

    /// How often a device may ask whether it was approved, in milliseconds.
    package static let pairingInterval: Int64 = 2_000

    /// Without a socket and a sign of life for how long a device is missing, in milliseconds.
    package static let deviceSilence: Int64 = 30_000

    /// Devices that may wait to be paired, in all and from one address.
    package static let pairings = 200
    package static let pairingsPerAddress = 10
}
