import StacModel

/// Reads the members of a post-processing document and collects what is wrong with them.
///
/// A member that is null is as one that is not there.
struct PostProcessingReader {
  /// The model's classes; nil where they are not known yet, and references to classes are held to their kind alone.
  let classes: [ModelClass]?
  /// The same, to look them up.
  let classLookup: KnownClasses?
  private let members: [PlacedMember]
  private(set) var faults: [Fault] = []

  init(_ members: [PlacedMember], classes: [ModelClass]?) {
    self.members = members
    self.classes = classes
    classLookup = classes.map { KnownClasses($0) }
  }

  /// How many faults are told; who mends them asks again.
  static let mostFaults = 100

  /// Whether no more faults are told.
  var isFull: Bool { faults.count >= Self.mostFaults }

  mutating func read() -> PostProcessing {
    checkNames()
    var result = PostProcessing()
    result.threshold = number(.threshold, PostProcessingBounds.probability)
    result.unknownClass = unknownClass()
    result.classThresholds = classThresholds()
    result.sievePixels = Int(
      number(.sieve, 0...Double(PostProcessingBounds.pixels.upperBound), isWhole: true))
    result.fillHolesArea = number(.fillHoles, PostProcessingBounds.squareMetres)
    result.dissolve = dissolve(result)
    result.minimumArea = number(.minimumArea, PostProcessingBounds.squareMetres)
    result.simplification = number(.simplify, PostProcessingBounds.metres)
    result.orthogonalisation = orthogonalisation(result)
    result.smoothing = smoothing()
    return result
  }

  mutating func fault(
    _ pointer: JSONPointer, _ message: @autoclosure () -> String, mend remedy: @autoclosure () -> String
  ) {
    // A short document can have very many faults, each with a long sentence.
    guard !isFull else { return }
    faults.append(Fault(pointer, message(), rule: ModelRule.postProcessing.rawValue, remedy: remedy()))
  }

  func placed(_ member: PostProcessingMember) -> PlacedMember? {
    members.last { $0.name == member.rawValue && !$0.value.isNull }
  }

  private mutating func checkNames() {
    let known = PostProcessingMember.allCases.map(\.rawValue)
    for member in members where !isFull && !known.contains(member.name) {
      unknownName(member, known: known)
    }
    guard let version = placed(.version), version.value.integer != Int64(PostProcessing.version) else { return }
    fault(
      version.pointer, "this version of \(PostProcessing.format) is not known",
      mend: "write \(PostProcessing.version)")
  }

  private mutating func unknownName(_ member: PlacedMember, known: [String]) {
    fault(
      member.pointer, "'\(member.name.prefix(64))' is no member that is known here",
      mend: "known are \(known.joined(separator: ", "))")
  }

  /// The object of a member whose own members are among the given; nil, with a fault, where it is none.
  mutating func object(_ placed: PlacedMember, of names: [String]) -> [String: PlacedMember]? {
    guard let object = placed.value.object else {
      fault(
        placed.pointer, "an object was expected, here is \(placed.value.kind)",
        mend: "write an object of \(names.joined(separator: ", "))")
      return nil
    }
    var found: [String: PlacedMember] = [:]
    for member in PlacedMember.list(object, at: placed.pointer) {
      if !isFull, !names.contains(member.name) { unknownName(member, known: names) }
      if !member.value.isNull { found[member.name] = member }
    }
    return found
  }

  /// The elements of a member that is an array of limited length.
  mutating func elements(_ placed: PlacedMember, most: Int) -> [PlacedMember] {
    guard let array = placed.value.array, array.count <= most else {
      fault(
        placed.pointer, "an array of \(most) elements at most was expected, here is \(placed.value.kind)",
        mend: "write an array")
      return []
    }
    return array.enumerated().map {
      PlacedMember(name: String($0), value: $1, pointer: placed.pointer.appending($0))
    }
  }

  private mutating func number(
    _ member: PostProcessingMember, _ range: ClosedRange<Double>, isWhole: Bool = false
  ) -> Double {
    placed(member).flatMap { number($0, range, isWhole: isWhole) } ?? 0
  }

  /// A number of a range; nil, with a fault, for anything else.
  mutating func number(_ placed: PlacedMember, _ range: ClosedRange<Double>, isWhole: Bool = false) -> Double? {
    if let number = placed.value.double, range.contains(number), !isWhole || number == number.rounded() {
      return number
    }
    let kind = isWhole ? "whole number" : "number"
    fault(
      placed.pointer, "a \(kind) from \(Self.text(range.lowerBound)) to \(Self.text(range.upperBound)) was expected",
      mend: "write such a number, or leave it out")
    return nil
  }

  /// A number that is more than 0.
  mutating func positive(_ placed: PlacedMember, to most: Double) -> Double? {
    guard let value = number(placed, 0...most) else { return nil }
    if value > 0 { return value }
    fault(placed.pointer, "0 does nothing here", mend: "write a number above 0, or leave it out")
    return nil
  }

  private static func text(_ value: Double) -> String { JSONSerializer.text(JSONValue(value)) }
}
