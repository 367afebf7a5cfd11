/// Why a file that describes training data or a project is not read.
public struct TrainingDataError: Error, Sendable, Hashable, CustomStringConvertible {
  /// One sentence for the person who brought the file: what is wrong, and where.
  public let description: String

  public init(_ description: String) { self.description = description }
}
