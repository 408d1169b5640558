import CArgon2
import Crypto
import Foundation
import Glibc
import Synchronization

/// Why a secret was not hashed.
package enum HashingRefusal: Error, Equatable, Sendable {
    /// As many wait as may: 429, to be tried again shortly.
    case busy
    /// The library failed; the machine lacks the memory for it.
    case failed
}

/// Hashes what people type: Argon2id (RFC 9106) over an HMAC of the secret with a pepper that lies outside the
/// database, so that the database alone lets nobody try six digits.
///
/// Hashing takes tens of milliseconds of a core and ``Limits/hashMemory`` each time, so it has a few threads of low
/// priority of its own, and a line that is bounded: a storm of log-ins must not delay a ticket.
package final class SecretHasher: Sendable {
    private struct Job {
        let work: @Sendable () -> Void
    }

    private struct Line {
        var jobs: [Job] = []
        var running = 0
    }

    private let pepper: SymmetricKey
    private let threads: Int
    private let waiting: Int
    /// Guards the jobs that wait and how many run.
    private let line = Mutex(Line())

    /// What a secret is compared with whose owner isn't known: so that the answer takes as long as for a known one.
    private let decoy: String

    /// - Parameters:
    ///   - pepper: 32 random bytes that the database doesn't hold.
    ///   - threads: how many hash at once, default half of the cores, at least one.
    ///   - waiting: how many may wait, default ``Limits/waitingHashes``.
    /// - Throws: ``HashingRefusal/failed`` if the machine can't hash at all.
    package init(
        pepper: [UInt8], threads: Int = max(1, ProcessInfo.processInfo.activeProcessorCount / 2),
        waiting: Int = Limits.waitingHashes
    ) throws(HashingRefusal) {
        self.pepper = SymmetricKey(data: pepper)
        self.threads = threads
        self.waiting = waiting
        decoy = try Self.encoded(Array(randomBytes(32)))
    }

    /// The text to store for a secret: Argon2's own encoding with salt and costs.
    package func hash(_ secret: String) async throws(HashingRefusal) -> String {
        let keyed = keyed(secret)
        return try await run { () throws(HashingRefusal) in try Self.encoded(keyed) }
    }

    /// Whether a secret is the one that was stored; takes as long when nothing is.
    package func verify(_ secret: String, against stored: String?) async throws(HashingRefusal) -> Bool {
        let keyed = keyed(secret)
        let encoded = stored ?? decoy
        let isRight = try await run { () throws(HashingRefusal) in
            argon2id_verify(encoded, keyed, keyed.count) == ARGON2_OK.rawValue
        }
        return isRight && stored != nil
    }

    private func keyed(_ secret: String) -> [UInt8] {
        // One text, one secret, whatever keyboard composed it.
        Array(
            HMAC<SHA256>.authenticationCode(
                for: Array(secret.precomposedStringWithCanonicalMapping.utf8), using: pepper))
    }

    private static func encoded(_ keyed: [UInt8]) throws(HashingRefusal) -> String {
        let salt = Array(randomBytes(16))
        let hashBytes = 32
        let length = argon2_encodedlen(
            Limits.hashPasses, Limits.hashMemory, 1, UInt32(salt.count), UInt32(hashBytes), Argon2_id)
        var text = [CChar](repeating: 0, count: length)
        let code = argon2id_hash_encoded(
            Limits.hashPasses, Limits.hashMemory, 1, keyed, keyed.count, salt, salt.count, hashBytes, &text, length)
        guard code == ARGON2_OK.rawValue else { throw .failed }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private func run<Value: Sendable>(
        _ work: @escaping @Sendable () throws(HashingRefusal) -> Value
    ) async throws(HashingRefusal) -> Value {
        let result: Result<Value, HashingRefusal> = await withCheckedContinuation { continuation in
            let job = Job {
                do throws(HashingRefusal) {
                    continuation.resume(returning: .success(try work()))
                } catch {
                    continuation.resume(returning: .failure(error))
                }
            }
            if !enqueue(job) { continuation.resume(returning: .failure(.busy)) }
        }
        return try result.get()
    }

    private func enqueue(_ job: Job) -> Bool {
        enum Place { case refused, waits, starts }
        let place = line.withLock { line -> Place in
            if line.running < threads {
                line.running += 1
                return .starts
            }
            guard line.jobs.count < waiting else { return .refused }
            line.jobs.append(job)
            return .waits
        }
        if place == .starts { start(with: job) }
        return place != .refused
    }

    /// A thread lives as long as somebody waits, so an idle branch keeps none.
    private func start(with first: Job) {
        let thread = Thread { [self] in
            // Tickets come first. Linux counts niceness by thread, and 0 is the calling one; where this isn't allowed
            // the thread keeps its own, which harms nothing.
            _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, Limits.hashNiceness)
            var next: Job? = first
            while let job = next {
                job.work()
                next = line.withLock { line in
                    guard !line.jobs.isEmpty else {
                        line.running -= 1
                        return nil
                    }
                    return line.jobs.removeFirst()
                }
            }
        }
        thread.stackSize = Limits.hashStack
        thread.start()
    }
}
