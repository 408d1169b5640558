/// Polls until the condition holds; false when it does not within `limit`. Tests wait by this and never by a fixed
/// time, so that a slow machine makes them slow instead of wrong.
package func eventually(
    within limit: Duration = .seconds(30), every pause: Duration = .milliseconds(5),
    _ condition: () async throws -> Bool
) async rethrows -> Bool {
    let deadline = ContinuousClock.now.advanced(by: limit)
    while true {
        if try await condition() { return true }
        guard ContinuousClock.now < deadline, !Task.isCancelled else { return false }
        // Cancelled while sleeping: the loop ends at the check above.
        try? await Task.sleep(for: pause)
    }
}
