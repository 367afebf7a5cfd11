/// A place in a JSON document as RFC 6901 writes it; the empty pointer is the whole document.
public struct JSONPointer: Sendable, Hashable, CustomStringConvertible, ExpressibleByStringLiteral {
  public let description: String

  public init(stringLiteral value: String) { description = value }

  private init(_ description: String) { self.description = description }

  /// The whole document.
  public static let root = JSONPointer("")

  /// The member of the object at this place.
  public func appending(_ name: String) -> JSONPointer {
    let escaped = name.split(separator: "~", omittingEmptySubsequences: false).joined(separator: "~0")
    return JSONPointer(
      description + "/" + escaped.split(separator: "/", omittingEmptySubsequences: false).joined(separator: "~1"))
  }

  /// The names and indices that lead to the place.
  public var parts: [String] {
    description.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map { part in
      part.split(separator: "~1", omittingEmptySubsequences: false).joined(separator: "/")
        .split(separator: "~0", omittingEmptySubsequences: false).joined(separator: "~")
    }
  }

  /// The element of the array at this place.
  public func appending(_ index: Int) -> JSONPointer { JSONPointer("\(description)/\(index)") }
}

/// One thing that is wrong with a document: where, and what.
public struct Fault: Sendable, Hashable, CustomStringConvertible {
  public let pointer: JSONPointer
  /// What is wrong, in a sentence without its full stop.
  public let message: String
  /// The name of the rule that was not met, where it has one.
  public let rule: String?
  /// How to mend it, where the message does not say so.
  public let remedy: String?

  public init(_ pointer: JSONPointer, _ message: String, rule: String? = nil, remedy: String? = nil) {
    self.pointer = pointer
    self.message = message
    self.rule = rule
    self.remedy = remedy
  }

  /// A fault against STAC's core, with how the member is written.
  init(core pointer: JSONPointer, _ message: String) {
    self.init(pointer, message, rule: Self.coreRule, remedy: CoreAdvice.of(pointer))
  }

  /// The rule that faults against STAC's core name.
  public static let coreRule = "core-schema"

  /// A document that is not for the place it was sent to, or no such document at all.
  public static func misplaced(_ pointer: JSONPointer, _ message: String, mend remedy: String) -> Fault {
    Fault(pointer, message, rule: "document-place", remedy: remedy)
  }

  /// That a document names another identifier than the path of its request.
  public static var otherIdentifier: Fault {
    .misplaced(
      "/id", "the identifier differs from the one in the path",
      mend: "write the same in both, or leave it out of an item")
  }

  /// Message and remedy in one sentence.
  public var sentence: String { remedy.map { "\(message); \($0)" } ?? message }

  public var description: String { pointer == .root ? sentence : "\(pointer): \(sentence)" }

  /// The same fault as one of the document that holds this one at the pointer.
  public func below(_ pointer: JSONPointer) -> Fault {
    Fault(
      JSONPointer(stringLiteral: pointer.description + self.pointer.description), message, rule: rule, remedy: remedy)
  }
}

/// A document was refused: every fault that was found, at least one.
public struct DocumentRefusal: Error, Sendable, Equatable, CustomStringConvertible {
  public let faults: [Fault]

  public init(_ faults: [Fault]) { self.faults = faults }

  public var description: String { faults.map(\.description).joined(separator: "; ") }
}

/// A parameter of a request that cannot be understood.
public struct ParameterError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The parameter's name as the request has it.
  public let parameter: String
  /// What is wrong with it and what was expected.
  public let message: String

  public init(_ parameter: String, _ message: String) {
    self.parameter = parameter
    self.message = message
  }

  public var description: String { "\(parameter): \(message)" }
}
