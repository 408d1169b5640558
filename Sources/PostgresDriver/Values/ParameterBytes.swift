/// The parameters of one statement, as they are sent.
struct ParameterBytes {
    /// All values, one after the other, and one byte more, so that an empty value has an address too.
    private(set) var bytes: [UInt8] = []
    /// Where each value starts, nil for NULL.
    private(set) var offsets: [Int?] = []
    private(set) var lengths: [Int32] = []
    private(set) var types: [UInt32] = []

    /// - Throws: `tooLarge`.
    init(_ parameters: [PostgresParameter], operation: String) throws(PostgresError) {
        for parameter in parameters {
            let start = bytes.count
            let isValue = parameter.write(into: &bytes)
            guard bytes.count <= PostgresDriverLimits.parameterBytes else {
                throw PostgresError(
                    .tooLarge, "more than \(PostgresDriverLimits.parameterBytes) bytes of parameters",
                    operation: operation)
            }
            offsets.append(isValue ? start : nil)
            lengths.append(Int32(clamping: bytes.count - start))
            types.append(parameter.type)
        }
        bytes.append(0)
    }

    /// Lends the arrays that libpq takes: values, lengths, formats.
    func withArrays<Value>(
        _ body: ([UnsafePointer<CChar>?], [Int32], [Int32]) -> Value
    ) -> Value {
        bytes.withUnsafeBytes { buffer in
            let base = buffer.baseAddress?.assumingMemoryBound(to: CChar.self)
            let values = offsets.map { offset in offset.flatMap { base?.advanced(by: $0) } }
            return body(values, lengths, [Int32](repeating: 1, count: lengths.count))
        }
    }
}
