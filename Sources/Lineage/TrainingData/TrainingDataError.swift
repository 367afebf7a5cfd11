import StacModel
import YAMLValues

/// Why a file that describes training data or a project is not read.
public struct TrainingDataError: Error, Sendable, Hashable, CustomStringConvertible {
  /// One sentence for the person who brought the file: what is wrong, and where.
  public let description: String

  public init(_ description: String) { self.description = description }

  /// What is wrong with a file of YAML.
  init(_ error: YAMLError) { self.init(error.description) }
}

extension YAMLText {
  /// The document of a file that describes training data.
  static func trainingData(_ bytes: [UInt8]) throws(TrainingDataError) -> JSONValue {
    do throws(YAMLError) {
      return try parse(bytes)
    } catch {
      throw TrainingDataError(error)
    }
  }
}
