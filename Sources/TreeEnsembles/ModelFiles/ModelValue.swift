/// A value of a model file, whichever of its two encodings it came in: arrays of numbers are flat.
enum ModelValue: Sendable {
  case null
  case bool(Bool)
  case integer(Int64)
  case real(Double)
  case string(String)
  case integers([Int64])
  case reals([Float])
  case list([ModelValue])
  case object([String: ModelValue])
}

/// An object of a model file with its path, so that a refusal can say where.
struct ModelObject {
  let members: [String: ModelValue]
  let path: String

  init(_ value: ModelValue, path: String) throws(ModelFileError) {
    guard case .object(let members) = value else { throw .damaged("The model file has no object \(path).") }
    self.members = members
    self.path = path
  }

  private func missing(_ name: String, _ kind: String) -> ModelFileError {
    .damaged("The model file has no \(kind) \(path).\(name).")
  }

  func has(_ name: String) -> Bool { members[name] != nil }

  func object(_ name: String) throws(ModelFileError) -> ModelObject {
    guard let value = members[name] else { throw missing(name, "object") }
    return try ModelObject(value, path: "\(path).\(name)")
  }

  func string(_ name: String) throws(ModelFileError) -> String {
    guard case .string(let text) = members[name] else { throw missing(name, "text") }
    return text
  }

  /// A whole number, written as such or as text (XGBoost writes its parameters as text); nil where there is none.
  func optionalCount(_ name: String) throws(ModelFileError) -> Int? {
    switch members[name] {
    case nil: return nil
    case .integer(let value) where value >= 0: return Int(value)
    case .string(let text):
      guard let value = Int(text), value >= 0 else { throw missing(name, "whole number") }
      return value
    default: throw missing(name, "whole number")
    }
  }

  func count(_ name: String) throws(ModelFileError) -> Int {
    guard let value = try optionalCount(name) else { throw missing(name, "whole number") }
    return value
  }

  func list(_ name: String) throws(ModelFileError) -> [ModelValue] {
    switch members[name] {
    case .list(let elements): return elements
    case .integers(let elements) where elements.isEmpty: return []
    default: throw missing(name, "array")
    }
  }

  /// An array of strings; empty where there is none.
  func strings(_ name: String) throws(ModelFileError) -> [String] {
    guard has(name) else { return [] }
    var strings: [String] = []
    for element in try list(name) {
      guard case .string(let text) = element else { throw missing(name, "array of text") }
      strings.append(text)
    }
    return strings
  }

  func integers(_ name: String) throws(ModelFileError) -> [Int64] {
    switch members[name] {
    case .integers(let elements): return elements
    case .list(let elements):
      var integers: [Int64] = []
      for element in elements {
        switch element {
        case .integer(let value): integers.append(value)
        case .bool(let value): integers.append(value ? 1 : 0)
        default: throw missing(name, "array of whole numbers")
        }
      }
      return integers
    default: throw missing(name, "array of whole numbers")
    }
  }

  func reals(_ name: String) throws(ModelFileError) -> [Float] {
    switch members[name] {
    case .reals(let elements): return elements
    case .integers(let elements): return elements.map { Float($0) }
    case .list(let elements):
      var reals: [Float] = []
      for element in elements {
        switch element {
        case .integer(let value): reals.append(Float(value))
        case .real(let value): reals.append(Float(value))
        default: throw missing(name, "array of numbers")
        }
      }
      return reals
    default: throw missing(name, "array of numbers")
    }
  }
}
