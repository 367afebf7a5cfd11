import StacModel

/// A value of a model file, whether it was written as JSON or UBJSON; arrays of numbers are kept packed.
enum ArtifactValue {
  case null
  case bool(Bool)
  case integer(Int64)
  case real(Double)
  case string(String)
  case integers([Int64])
  case reals([Float])
  case array([ArtifactValue])
  case object([String: ArtifactValue])

  /// Takes a parsed JSON value over; numbers with a fraction or exponent become reals.
  init(_ json: JSONValue) {
    switch json {
    case .null: self = .null
    case .bool(let value): self = .bool(value)
    case .string(let text): self = .string(text)
    case .number(let number): self = number.integer.map { .integer($0) } ?? .real(number.double)
    case .array(let elements): self = Self.packed(elements)
    case .object(let object):
      var members: [String: ArtifactValue] = [:]
      for member in object.members { members[member.name] = ArtifactValue(member.value) }
      self = .object(members)
    }
  }

  private static func packed(_ elements: [JSONValue]) -> ArtifactValue {
    var reals: [Float] = []
    var integers: [Int64] = []
    reals.reserveCapacity(elements.count)
    integers.reserveCapacity(elements.count)
    for element in elements {
      guard case .number(let number) = element, let real = Float(number.text) else {
        return .array(elements.map { ArtifactValue($0) })
      }
      reals.append(real)
      if let integer = number.integer { integers.append(integer) }
    }
    return integers.count == elements.count ? .integers(integers) : .reals(reals)
  }

  subscript(name: String) -> ArtifactValue? {
    if case .object(let members) = self { members[name] } else { nil }
  }

  var string: String? { if case .string(let text) = self { text } else { nil } }

  /// The elements of an array of strings or objects.
  var elements: [ArtifactValue]? {
    switch self {
    case .array(let elements): elements
    case .integers(let values): values.map { .integer($0) }
    case .reals(let values): values.map { .real(Double($0)) }
    default: nil
    }
  }

  /// An integer, also where it is written as a string, as XGBoost writes its parameters.
  var integer: Int? {
    switch self {
    case .integer(let value): Int(exactly: value)
    case .string(let text): Int(text)
    case .bool(let value): value ? 1 : 0
    default: nil
    }
  }

  /// An array of integers; booleans count as 0 and 1.
  var integerArray: [Int64]? {
    switch self {
    case .integers(let values): return values
    case .reals(let values): return values.isEmpty ? [] : nil
    case .array(let elements):
      let values = elements.compactMap { $0.integer.map(Int64.init) }
      return values.count == elements.count ? values : nil
    default: return nil
    }
  }

  /// An array of numbers in single precision.
  var floatArray: [Float]? {
    switch self {
    case .reals(let values): return values
    case .integers(let values): return values.map { Float($0) }
    case .array(let elements):
      let values = elements.compactMap { element -> Float? in
        switch element {
        case .real(let value): Float(value)
        case .integer(let value): Float(value)
        default: nil
        }
      }
      return values.count == elements.count ? values : nil
    default: return nil
    }
  }
}
