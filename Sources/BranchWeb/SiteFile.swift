/// One file of the site, ready to be sent.
package struct SiteFile: Sendable {
    /// Its bytes as they are.
    package let bytes: [UInt8]
    /// Its bytes as gzip makes them (RFC 1952); nil where that is no shorter.
    package let gzip: [UInt8]?
    /// The media type, with the character set where it is text.
    package let mediaType: String
    /// A strong ETag in quotes, of the bytes.
    package let eTag: String

    init(_ bytes: [UInt8], mediaType: String) {
        self.bytes = bytes
        self.mediaType = mediaType
        let packed = MediaType.isText(mediaType) ? Gzip.compress(bytes) : nil
        gzip = packed.flatMap { $0.count < bytes.count ? $0 : nil }
        eTag = "\"\(ContentHash.text(of: bytes))\""
    }
}
