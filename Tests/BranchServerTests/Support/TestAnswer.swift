import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore
import QueueTestSupport
import Testing

/// One answer of the server, its body whole.
struct TestAnswer {
    let status: Int
    let headers: HTTPFields
    let bytes: ByteBuffer
    /// The length that the server announces, which for HEAD is that of the body left out.
    let announcedLength: Int?

    init(_ response: Response) async throws {
        let collector = BodyCollector()
        try await response.body.write(collector)
        status = response.status.code
        headers = response.headers
        bytes = collector.sink.bytes
        announcedLength = response.headers[.contentLength].flatMap { Int($0) } ?? response.body.contentLength
    }

    /// The body; null where there is none or it isn't JSON.
    var json: JSON {
        // What isn't JSON is seen by the test that expects JSON.
        (try? JSON(parsing: bytes.readableBytesView)) ?? .null
    }

    var text: String { String(buffer: bytes) }
    var code: String? { json["code"].text }
    var etag: String? { headers[.eTag] }

    func header(_ name: String) -> String? { HTTPField.Name(name).flatMap { headers[$0] } }

    /// The path of `Link: rel="next"`.
    var next: String? {
        guard let link = header("Link"), link.hasSuffix(">; rel=\"next\""), link.hasPrefix("<") else { return nil }
        return String(link.dropFirst().prefix { $0 != ">" })
    }
}

private struct BodyCollector: ResponseBodyWriter {
    final class Sink {
        var bytes = ByteBuffer()
    }

    let sink = Sink()

    mutating func write(_ buffer: ByteBuffer) async throws { sink.bytes.writeImmutableBuffer(buffer) }
    consuming func finish(_ trailingHeaders: HTTPFields?) async throws {}
}

extension TestAnswer {
    /// For steps on the way to what a test is about.
    func expect(_ status: Int, _ location: SourceLocation = #_sourceLocation) {
        #expect(self.status == status, "\(text)", sourceLocation: location)
    }
}
