import Foundation

/// What is wrong with a request.
struct PartsError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}

/// Options of the form `--name value`.
struct Options {
  private var values: [String: String] = [:]

  init(_ words: [String]) throws {
    var rest = words[...]
    while let name = rest.popFirst() {
      guard name.hasPrefix("--"), let value = rest.popFirst() else { throw PartsError("\(name) needs a value") }
      values[String(name.dropFirst(2))] = value
    }
  }

  func text(_ name: String) throws -> String {
    guard let value = values[name] else { throw PartsError("--\(name) is missing") }
    return value
  }

  func optionalText(_ name: String) -> String? { values[name] }

  func number(_ name: String) throws -> Int {
    guard let value = Int(try text(name)), value > 0 else { throw PartsError("--\(name) needs a number from 1 on") }
    return value
  }

  func bytes(_ name: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: text(name))) }
}
