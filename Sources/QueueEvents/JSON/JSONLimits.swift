/// The bounds of reading JSON. The length of a document is bounded by whoever receives it.
package enum JSONLimits {
    /// The most arrays and objects that may lie in each other.
    package static let depth = 32

    /// The longest text of one number, in bytes. Longer ones say nothing more and cost time to convert.
    package static let numberBytes = 400

    /// Up to this many keys of an object are compared one by one to find duplicates; above, they are hashed.
    package static let comparedKeys = 12

    /// The longest key that an error repeats, in characters.
    package static let quotedCharacters = 64
}
