import CZlib

/// The events of a frame as bytes: the entry's field `d`.
package enum FrameData {
    /// Writes the bodies as they are stored, one a line; deflates them from `UplinkLimits.deflateFrom` events on.
    /// - Precondition: no body holds a line feed; JSON text of one line never does.
    package static func encode(_ bodies: [[UInt8]]) -> (codec: FrameHeader.Codec, bytes: [UInt8]) {
        var plain: [UInt8] = []
        plain.reserveCapacity(bodies.reduce(0) { $0 + $1.count + 1 })
        for body in bodies {
            if !plain.isEmpty { plain.append(Self.separator) }
            plain.append(contentsOf: body)
        }
        guard bodies.count >= UplinkLimits.deflateFrom else { return (.plain, plain) }
        return (.deflate, deflated(plain))
    }

    /// Reads a frame's bodies.
    /// - Throws: `FrameError` when they can't be inflated, are too long, or are not as many as the header says.
    package static func decode(_ bytes: [UInt8], _ header: FrameHeader) throws(FrameError) -> [[UInt8]] {
        let plain: [UInt8]
        switch header.codec {
        case .plain:
            guard bytes.count <= UplinkLimits.inflatedBytes else { throw FrameError("\(bytes.count) bytes of events") }
            plain = bytes
        case .deflate: plain = try inflated(bytes)
        }
        let bodies = plain.split(separator: Self.separator, omittingEmptySubsequences: false).map(Array.init)
        guard bodies.count == header.count, bodies.allSatisfy({ !$0.isEmpty }) else {
            throw FrameError("\(bodies.count) events where the header says \(header.count)")
        }
        return bodies
    }

    private static let separator = UInt8(ascii: "\n")

    private static func deflated(_ plain: [UInt8]) -> [UInt8] {
        var length = compressBound(UInt(plain.count))
        return [UInt8](unsafeUninitializedCapacity: Int(length)) { buffer, count in
            let code = compress2(buffer.baseAddress, &length, plain, UInt(plain.count), Z_DEFAULT_COMPRESSION)
            precondition(code == Z_OK, "zlib has room for what compressBound promised.")
            count = Int(length)
        }
    }

    private static func inflated(_ bytes: [UInt8]) throws(FrameError) -> [UInt8] {
        var length = UInt(UplinkLimits.inflatedBytes)
        var code = Z_OK
        let plain = [UInt8](unsafeUninitializedCapacity: UplinkLimits.inflatedBytes) { buffer, count in
            code = uncompress(buffer.baseAddress, &length, bytes, UInt(bytes.count))
            count = code == Z_OK ? Int(length) : 0
        }
        guard code == Z_OK else { throw FrameError("events that can't be inflated (zlib \(code))") }
        return plain
    }
}
