/// Why a text or a JSON value is no CQL2 filter, and where.
public struct CQL2SyntaxError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The place in what the user wrote: `character 17` (counted in Unicode code points from 1) or a JSON pointer.
  public let location: String
  /// What was expected, and what was found instead.
  public let message: String

  public init(location: String, message: String) {
    self.location = location
    self.message = message
  }

  public var description: String { "\(location): \(message)" }
}

/// A filter whose parts do not fit together: an unknown property, a number where a text belongs.
public struct FilterTypeError: Error, Sendable, Hashable, CustomStringConvertible {
  /// Indices down ``Expression/children`` from the root to the part at fault.
  public let path: [Int]
  /// What was expected, and what was found instead.
  public let message: String

  public init(path: [Int], message: String) {
    self.path = path
    self.message = message
  }

  public var description: String { message }
}
