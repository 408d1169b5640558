import Testing

/// Everything with real servers, one test after the other: each of them has the machine to itself.
@Suite(.serialized) enum IntegrationSuite {}
