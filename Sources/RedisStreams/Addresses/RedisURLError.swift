/// Why a URL names no Redis server. Tells what is allowed instead and never repeats a password.
package enum RedisURLError: Error, Equatable, Sendable, CustomStringConvertible {
    case tooLong
    case scheme
    case credentials
    case percentEncoding
    case host
    case port
    case database
    case furtherParts

    package var description: String {
        switch self {
        case .tooLong: "a Redis URL has at most \(RedisLimits.urlBytes) bytes"
        case .scheme: "a Redis URL begins with redis:// or, for TLS, with rediss://"
        case .credentials: "before the @ of a Redis URL stands user:password, :password or user"
        case .percentEncoding: "a % in a Redis URL's user or password is followed by two hexadecimal digits, as %40"
        case .host: "the host of a Redis URL is a name, an IPv4 address or an IPv6 address in brackets"
        case .port: "the port of a Redis URL is a number from 1 to 65535"
        case .database: "the path of a Redis URL is a database's number from 0 to \(RedisLimits.databases - 1)"
        case .furtherParts: "a Redis URL has no space, no ? and no #; write them as %20, %3F and %23 in a password"
        }
    }
}
