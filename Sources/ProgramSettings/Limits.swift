/// The bounds of reading settings. They guard a start against a file that isn't a configuration at all.
package enum Limits {
    /// The largest settings file that is read, in bytes.
    package static let fileBytes = 256 * 1024

    /// The largest `.env` file that is read, in bytes.
    package static let dotEnvBytes = 64 * 1024

    /// The most values that one YAML file may hold; aliases in YAML could otherwise multiply without end.
    package static let fileEntries = 2_000

    /// The most levels of sections in a YAML file.
    package static let fileDepth = 6

    /// The most problems that are gathered and reported for one start.
    package static let problems = 20

    /// The longest wrong value that an error message repeats, in characters.
    package static let quotedCharacters = 80

    /// The longest key name for which a near name is searched, in characters: the search is quadratic.
    package static let comparedCharacters = 64

    /// Bytes of a file that holds a secret.
    package static let secretBytes = 4_096
}
