import Testing

/// Every test that runs a dispatcher. They run one after another, because each of them looks again and again until
/// what it waits for is there.
@Suite("Dispatcher", .serialized) enum DispatchSuite {}
