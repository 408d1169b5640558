import NIOCore
import NIOSSL

/// The certificate and key that a listener speaks TLS with: 1.2 or newer, whatever ciphers NIOSSL holds for good.
package struct TransportTLS: Sendable {
    /// Why certificate and key can't be used.
    package struct Unusable: Error, CustomStringConvertible, Sendable {
        /// One sentence that names the file.
        package let description: String
    }

    private let context: NIOSSLContext

    /// Reads both files.
    ///
    /// - Parameters:
    ///   - certificate: path of the chain in PEM, the server's own first.
    ///   - key: path of its private key in PEM.
    /// - Throws: ``Unusable``.
    package init(certificate: String, key: String) throws(Unusable) {
        let chain: [NIOSSLCertificate]
        do {
            chain = try NIOSSLCertificate.fromPEMFile(certificate)
        } catch {
            throw Unusable(description: "tls.cert_file \(certificate) is no certificate in PEM, or can't be read")
        }
        let privateKey: NIOSSLPrivateKey
        do {
            privateKey = try NIOSSLPrivateKey(file: key, format: .pem)
        } catch {
            throw Unusable(description: "tls.key_file \(key) is no private key in PEM, or can't be read")
        }
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(privateKey))
        configuration.minimumTLSVersion = .tlsv12
        configuration.applicationProtocols = ["http/1.1"]
        do {
            context = try NIOSSLContext(configuration: configuration)
        } catch {
            throw Unusable(description: "tls.cert_file \(certificate) and tls.key_file \(key) don't belong together")
        }
    }

    /// The lowest handler of a connection.
    func handler() -> any ChannelHandler { NIOSSLServerHandler(context: context) }
}
