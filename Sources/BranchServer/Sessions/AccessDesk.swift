package import BranchAccess
import HTTPTypes
import Synchronization

/// What signing in and pairing need beside the store: who is there, how secrets are compared, who guessed how often,
/// and which devices wait.
package final class AccessDesk: Sendable {
    /// Who guesses at what: a person's name, an agent at a device, or the set-up code, and from where.
    struct Guess: Hashable, Sendable {
        let target: String
        let source: String
    }

    package let browsers: BrowserDirectory
    package let hasher: SecretHasher
    /// Guards how often which secret was guessed wrongly.
    private let lockOut = Mutex(LockOut<Guess>())
    /// Guards how many refusals of an address are noted yet: else a guesser could fill the disk.
    private let notes = Mutex(
        RateLimiter<String>(RateLimit(perSecond: 1, burst: Limits.refusalNotes), capacity: Limits.refusalSources))
    /// Guards the devices that wait to be paired.
    private let pairings = Mutex(PairingDesk())

    /// - Parameters:
    ///   - browsers: devices and people, as the store has them.
    ///   - hasher: compares secrets.
    package init(browsers: BrowserDirectory = BrowserDirectory(), hasher: SecretHasher) {
        self.browsers = browsers
        self.hasher = hasher
    }

    /// Begins a try at a secret; it counts as wrong until `succeeded`.
    /// - Throws: 429 `locked_out` while the key is locked.
    func beginGuess(_ guess: Guess, tick: Int64) throws(Problem) {
        let remaining = lockOut.withLock { lockOut in
            let remaining = lockOut.remaining(guess, now: tick)
            if remaining == 0 { lockOut.began(guess, now: tick) }
            return remaining
        }
        if remaining > 0 {
            var problem = Problem(.tooManyRequests, "locked_out", "Too many wrong tries; wait a while.")
            problem.headers[.retryAfter] = String((remaining + 999) / 1_000)
            throw problem
        }
    }

    /// The secret could not be compared: nobody is locked out because many sign in at once.
    func cancelled(_ guess: Guess) { lockOut.withLock { $0.cancelled(guess) } }

    func succeeded(_ guess: Guess) { lockOut.withLock { $0.succeeded(guess) } }

    /// Whether another refusal of an address is noted: the first ones, then one a minute.
    func notesRefusal(from address: String, tick: Int64) -> Bool {
        notes.withLock { $0.take(address, nowMilliseconds: tick / 60) == .allowed }
    }

    /// Whether a secret is the stored one.
    func verify(_ secret: String, against stored: String?) async throws(Problem) -> Bool {
        do {
            return try await hasher.verify(secret, against: stored)
        } catch {
            throw Problem(error)
        }
    }

    func hash(_ secret: String) async throws(Problem) -> String {
        do {
            return try await hasher.hash(secret)
        } catch {
            throw Problem(error)
        }
    }

    func pairing<Value: Sendable>(_ body: (inout PairingDesk) -> Value) -> Value { pairings.withLock { body(&$0) } }
}

extension Problem {
    init(_ refusal: HashingRefusal) {
        switch refusal {
        case .busy:
            self.init(.tooManyRequests, "busy", "Many sign in at once; try again in a moment.")
            headers[.retryAfter] = "1"
        case .failed:
            self.init(.serviceUnavailable, "unavailable", "The secret could not be checked; nothing was done.")
            headers[.retryAfter] = "1"
        }
    }

    static var wrongCredentials: Problem {
        var problem = Problem(.unauthorized, "wrong_credentials", "Name and secret don't go together.")
        problem.headers[.wwwAuthenticate] = "Bearer realm=\"turn\""
        return problem
    }
}
