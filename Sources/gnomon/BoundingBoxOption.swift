import Foundation
import StacModel

/// What `--bbox` says.
enum BoundingBoxOption {
  /// The numbers as a body of a request has them, so that both are checked by the same rules.
  static func json(_ text: String) throws -> JSONValue {
    let numbers = text.split(separator: ",").map { Double($0.trimmingCharacters(in: .whitespaces)) }
    guard !numbers.isEmpty, numbers.allSatisfy({ $0?.isFinite == true }) else {
      throw CommandFailure("--bbox needs four numbers: west,south,east,north")
    }
    return .array(numbers.map { JSONValue($0 ?? 0) })
  }
}
