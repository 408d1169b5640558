import Synchronization

/// What one caller waits for: the first result counts, also a cancelled task's, and later ones are dropped.
///
/// So a cancelled caller goes on at once, while its reply still is taken off the connection in its turn.
final class Answer<Value: Sendable>: Sendable {
    private enum State {
        case open
        case awaited(CheckedContinuation<Result<Value, RedisError>, Never>)
        case finished(Result<Value, RedisError>)
    }

    /// Guards the caller that waits, or the result that came before it.
    private let state = Mutex(State.open)

    /// Gives the result; false when there is one already.
    @discardableResult
    func finish(_ result: Result<Value, RedisError>) -> Bool {
        let (isFirst, waiter) = state.withLock {
            state -> (Bool, CheckedContinuation<Result<Value, RedisError>, Never>?) in
            switch state {
            case .open:
                state = .finished(result)
                return (true, nil)
            case .awaited(let waiter):
                state = .finished(result)
                return (true, waiter)
            case .finished: return (false, nil)
            }
        }
        waiter?.resume(returning: result)
        return isFirst
    }

    /// Waits for the result. Called once.
    /// - Throws: the failure, ``RedisError/cancelled`` at once when the task is cancelled.
    func value() async throws(RedisError) -> Value {
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let known = state.withLock { state -> Result<Value, RedisError>? in
                    switch state {
                    case .open:
                        state = .awaited(continuation)
                        return nil
                    case .finished(let result): return result
                    case .awaited: preconditionFailure("Two callers wait for one answer.")
                    }
                }
                if let known { continuation.resume(returning: known) }
            }
        } onCancel: {
            finish(.failure(.cancelled))
        }
        return try result.get()
    }
}
