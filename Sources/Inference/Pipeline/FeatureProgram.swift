import Geo
import MLMExtension

/// What every block of pixels goes through between the stored numbers and the classifier; made once for a run.
struct FeatureProgram: Sendable {
  /// What a plane of single precision is computed from.
  enum Formula: Sendable {
    /// A band as it is: index into ``FeatureProgram/convertedReadings``.
    case reading(Int)
    /// A formula over bands: indices into ``FeatureProgram/convertedReadings``, in the order the expression names them.
    case expression(BandExpression, readings: [Int])
  }

  /// A feature that is computed for each pixel.
  struct Computation: Sendable {
    let formula: Formula
    let scaling: ValueScaling?
  }

  /// A feature in the order of a row.
  enum Feature: Sendable, Hashable {
    /// Index into ``computations``.
    case computed(Int)
    /// Index into ``codedReadings``: stored numbers of 16 bits go to the classifier as they are.
    case coded(Int)
  }

  let features: [Feature]
  let computations: [Computation]
  /// Readings whose stored numbers the classifier looks up in a table of its own.
  let codedReadings: [Int]
  /// Readings that are converted to physical values, in order; the others are looked at for nodata alone.
  let convertedReadings: [Int]

  init(_ stack: FeatureStack, takesCodes: Bool) {
    var features: [Feature] = []
    var computations: [Computation] = []
    var coded: [Int] = []
    let names = stack.layout.sourceNames
    let places = Dictionary(names.enumerated().map { ($1, $0) }) { first, _ in first }
    for feature in stack.layout.features {
      let band = stack.layout.bands[feature.band]
      let readings = band.sourceNames.compactMap { places[$0].map { $0 + feature.step * names.count } }
      if let expression = band.expression {
        computations.append(Computation(formula: .expression(expression, readings: readings), scaling: band.scaling))
        features.append(.computed(computations.count - 1))
      } else if takesCodes, Self.isCodable(stack.readings[readings[0]], band.scaling) {
        coded.append(readings[0])
        features.append(.coded(coded.count - 1))
      } else {
        computations.append(Computation(formula: .reading(readings[0]), scaling: band.scaling))
        features.append(.computed(computations.count - 1))
      }
    }
    self.features = features
    codedReadings = coded
    convertedReadings = Set(computations.flatMap(\.formula.readings)).sorted()
    let converted = Dictionary(convertedReadings.enumerated().map { ($1, $0) }) { first, _ in first }
    self.computations = computations.map { computation in
      Computation(formula: computation.formula.renumbered { converted[$0] ?? 0 }, scaling: computation.scaling)
    }
  }

  /// Whether a band's numbers of 16 bits are all that is needed: read as they are, and finite whatever they are.
  private static func isCodable(_ reading: FeatureStack.Reading, _ scaling: ValueScaling?) -> Bool {
    let type = reading.source.band.dataType
    guard reading.placement == .direct, type == .uint16 || type == .int16,
      reading.source.physicalValues.isAlwaysFinite(type)
    else { return false }
    let value = table(of: reading, scaling)
    return (0...UInt16.max).allSatisfy { value($0).isFinite }
  }

  /// The feature's value for the bits of a stored number.
  static func table(of reading: FeatureStack.Reading, _ scaling: ValueScaling?) -> (UInt16) -> Float {
    let values = reading.source.physicalValues
    let isSigned = reading.source.band.dataType == .int16
    return { bits in
      let value = values.value(isSigned ? Double(Int16(bitPattern: bits)) : Double(bits))
      return scaling.map { ValueScaler.scaled(value, $0) } ?? value
    }
  }

  /// The value of a coded feature for the bits of a stored number.
  func table(_ coded: Int, of stack: FeatureStack) -> (UInt16) -> Float {
    let reading = stack.readings[codedReadings[coded]]
    let band = stack.layout.bands.first { $0.name == reading.name && $0.expression == nil }
    return Self.table(of: reading, band?.scaling)
  }
}

extension FeatureProgram.Formula {
  fileprivate var readings: [Int] {
    switch self {
    case .reading(let index): [index]
    case .expression(_, let indices): indices
    }
  }

  fileprivate func renumbered(_ number: (Int) -> Int) -> FeatureProgram.Formula {
    switch self {
    case .reading(let index): .reading(number(index))
    case .expression(let expression, let indices): .expression(expression, readings: indices.map(number))
    }
  }
}
