/// A certificate authority of a test and what it signs, made by the `openssl` program and valid for two days.
package struct TestCertificates: Sendable {
    /// The authority's certificate (PEM): whom a client must trust.
    package let caFile: String
    /// The server's certificate (PEM).
    package let certificateFile: String
    /// The server's private key (PEM), readable by its owner only.
    package let keyFile: String

    /// Makes an authority and one server's certificate.
    /// - Parameters:
    ///   - folder: an existing folder for the files.
    ///   - names: what the certificate is for, as OpenSSL writes it.
    /// - Throws: ``ProcessFailure`` when openssl does not do it, or Foundation's error.
    package static func make(
        in folder: String, names: [String] = ["DNS:localhost", "IP:127.0.0.1"]
    ) async throws -> TestCertificates {
        let settings = folder + "/openssl.cnf"
        try TextFile.write(
            """
            [req]
            distinguished_name = name
            [name]
            [authority]
            basicConstraints = critical,CA:TRUE
            keyUsage = critical,keyCertSign
            subjectKeyIdentifier = hash
            [server]
            basicConstraints = critical,CA:FALSE
            keyUsage = critical,digitalSignature
            extendedKeyUsage = serverAuth
            subjectAltName = \(names.joined(separator: ","))

            """, to: settings)
        let new = [
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
            "-config", settings,
        ]
        let made = TestCertificates(
            caFile: folder + "/ca.pem", certificateFile: folder + "/server.pem", keyFile: folder + "/server.key")
        let caKey = folder + "/ca.key"
        try await run(
            new + [
                "-subj", "/CN=Test authority", "-extensions", "authority", "-out", made.caFile, "-keyout", caKey,
            ], in: folder)
        try await run(
            new + [
                "-subj", "/CN=Test server", "-extensions", "server", "-CA", made.caFile, "-CAkey", caKey,
                "-out", made.certificateFile, "-keyout", made.keyFile,
            ], in: folder)
        return made
    }

    private static func run(_ arguments: [String], in folder: String) async throws(ProcessFailure) {
        let child = try ChildProcess(
            path: "/usr/bin/openssl", arguments: arguments, environment: [:], folder: folder,
            output: folder + "/openssl")
        let status = await child.waitForEnd(within: .seconds(30))
        guard status == .exited(code: 0) else {
            throw .failed(command: "openssl", status: status, output: child.output())
        }
    }
}
