import Foundation
import StacModel

/// The standard's examples and test expressions in `fixtures/cql2/examples`.
enum Examples {
  struct Expression: Sendable, CustomStringConvertible {
    let name: String
    let source: JSONValue
    var description: String { name }
  }

  /// CQL2 text by name.
  static let texts = members(of: "text.json")
  /// CQL2 JSON by name.
  static let json = members(of: "json.json")
  /// CQL2 text of the abstract tests, named by class and number.
  static let tests = members(of: "tests.json").flatMap { group in
    (group.source.array ?? []).enumerated().map { Expression(name: "\(group.name) \($0.offset)", source: $0.element) }
  }

  static func json(named name: String) -> JSONValue? { json.first { $0.name == name }?.source }

  /// The members of a file; none where it cannot be read, which a test notices by their count.
  private static func members(of file: String) -> [Expression] {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "fixtures/cql2/examples")
    guard let data = try? Data(contentsOf: folder.appending(path: file)),
      let object = try? JSONParser.parse([UInt8](data)).object
    else { return [] }
    return object.members.map { Expression(name: $0.name, source: $0.value) }
  }
}
