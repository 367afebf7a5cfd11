public import StacModel

/// The members of a post-processing document, in the order in which the steps act.
enum PostProcessingMember: String, CaseIterable {
  case version
  case threshold
  case classThresholds = "class_thresholds"
  case unknownClass = "unknown_class"
  case sieve
  case fillHoles = "fill_holes"
  case dissolve
  case minimumArea = "minimum_area"
  case simplify
  case orthogonalise
  case smooth
}

/// A member of a document, and where the document has it.
public struct PlacedMember: Sendable, Hashable {
  public let name: String
  public let value: JSONValue
  public let pointer: JSONPointer

  public init(name: String, value: JSONValue, pointer: JSONPointer) {
    self.name = name
    self.value = value
    self.pointer = pointer
  }

  /// The members of an object at a place.
  static func list(_ object: JSONObject, at pointer: JSONPointer) -> [PlacedMember] {
    object.members.map { PlacedMember(name: $0.name, value: $0.value, pointer: pointer.appending($0.name)) }
  }
}

/// The numbers that the members of a post-processing document may have.
enum PostProcessingBounds {
  static let probability = 0.0...1.0
  static let classValues = 0...65_534
  static let pixels = 0...1_000_000_000
  static let squareMetres = 0.0...1e12
  static let metres = 0.0...100_000.0
  static let iterations = 1...4
  static let degrees = 0.0...45.0
  static let defaultDegrees = 15.0
  static let mostGroups = 65_535
  static let mostClasses = 65_535
  static let mostLetters = 200
}
