// Geometry literals in CQL2 text: well-known text (OGC 21-065r2, annex A, rule `spatialInstance`).

import StacModel

extension CQL2TextParser {
  /// The kinds of well-known text, by their tags in lower case.
  private enum GeometryKind: String {
    case point, linestring, polygon, multipoint, multilinestring, multipolygon, geometrycollection
  }

  /// Reads the geometry whose tag is the current word; nil, and nothing read, when the word is no tag here.
  mutating func geometry(tagged word: String, depth: Int = 4) throws(CQL2SyntaxError) -> Geometry? {
    var kind = GeometryKind(rawValue: word)
    if kind == nil, word.hasSuffix("z") { kind = GeometryKind(rawValue: String(word.dropLast())) }
    guard let kind else { return nil }
    let before = self
    try advance()
    if case .word(let dimension) = token {
      switch dimension.lowercased() {
      case "z": try advance()
      case "m", "zm": throw error(at: offset, "measures (M) have no place in a filter's geometry; expected '(' or Z")
      default: break
      }
    }
    if isKeyword("empty") { throw error(at: offset, "an empty geometry intersects nothing; expected coordinates") }
    guard token == .symbol("(") else {
      self = before
      return nil
    }
    return try geometry(kind, depth: depth)
  }

  private mutating func geometry(_ kind: GeometryKind, depth: Int) throws(CQL2SyntaxError) -> Geometry {
    switch kind {
    case .point: .point(try parenthesizedPosition())
    case .linestring: .lineString(try line())
    case .polygon: .polygon(try rings())
    case .multipoint:
      .multiPoint(try list("a point") { (parser) throws(CQL2SyntaxError) in try parser.multiPointMember() })
    case .multilinestring:
      .multiLineString(try list("a line") { (parser) throws(CQL2SyntaxError) in try parser.line() })
    case .multipolygon:
      .multiPolygon(try list("a polygon") { (parser) throws(CQL2SyntaxError) in try parser.rings() })
    case .geometrycollection:
      .collection(try list("a geometry") { (parser) throws(CQL2SyntaxError) in try parser.member(depth: depth) })
    }
  }

  /// A geometry of a collection.
  private mutating func member(depth: Int) throws(CQL2SyntaxError) -> Geometry {
    guard depth > 1 else { throw error(at: offset, "geometry collections are nested too deeply") }
    if case .word(let word) = token, let geometry = try geometry(tagged: word.lowercased(), depth: depth - 1) {
      return geometry
    }
    throw expected("POINT, LINESTRING, POLYGON or another geometry in GEOMETRYCOLLECTION")
  }

  /// Reads `( element, … )`.
  private mutating func list<Element>(
    _ name: String, _ element: (inout CQL2TextParser) throws(CQL2SyntaxError) -> Element
  ) throws(CQL2SyntaxError) -> [Element] {
    if isKeyword("empty") { throw error(at: offset, "an empty geometry intersects nothing; expected \(name)") }
    try require("(", "'(' before \(name)")
    var elements: [Element] = []
    repeat { elements.append(try element(&self)) } while try skip(",")
    try require(")", "',' or ')' after \(name)")
    return elements
  }

  private mutating func positions() throws(CQL2SyntaxError) -> [Position] {
    try list("a position") { (parser) throws(CQL2SyntaxError) in try parser.position() }
  }

  private mutating func line() throws(CQL2SyntaxError) -> [Position] {
    let start = offset
    let positions = try positions()
    guard positions.count >= 2 else { throw error(at: start, "a line has two positions at least, one found") }
    return positions
  }

  private mutating func rings() throws(CQL2SyntaxError) -> [[Position]] {
    try list("a ring") { (parser) throws(CQL2SyntaxError) in try parser.ring() }
  }

  private mutating func ring() throws(CQL2SyntaxError) -> [Position] {
    let start = offset
    let positions = try positions()
    guard positions.count >= 4 else {
      throw error(at: start, "a ring has four positions at least, \(positions.count) found")
    }
    guard positions.first == positions.last else { throw error(at: start, "a ring must end where it starts") }
    return positions
  }

  /// Points of MULTIPOINT stand in parentheses of their own; older well-known text, and the standard's own tests, omit
  /// them.
  private mutating func multiPointMember() throws(CQL2SyntaxError) -> Position {
    token == .symbol("(") ? try parenthesizedPosition() : try position()
  }

  private mutating func parenthesizedPosition() throws(CQL2SyntaxError) -> Position {
    try require("(", "'(' before a position")
    let position = try position()
    try require(")", "')' after the position")
    return position
  }

  private mutating func position() throws(CQL2SyntaxError) -> Position {
    let longitude = try coordinate("a longitude", within: 180)
    let latitude = try coordinate("a latitude", within: 90)
    guard token != .symbol(","), token != .symbol(")") else {
      return Position(longitude: longitude, latitude: latitude)
    }
    return Position(longitude: longitude, latitude: latitude, height: try signedNumber("a height, ',' or ')'"))
  }

  private mutating func coordinate(_ name: String, within bound: Double) throws(CQL2SyntaxError) -> Double {
    let start = offset
    let value = try signedNumber(name)
    guard -bound...bound ~= value else {
      throw error(at: start, "\(name) must lie between -\(Int(bound)) and \(Int(bound)), found \(decimal(value))")
    }
    return value
  }

  private mutating func signedNumber(_ name: String) throws(CQL2SyntaxError) -> Double {
    let isNegative = try skip("-")
    if !isNegative { _ = try skip("+") }
    guard case .number(let text) = token else { throw expected(name) }
    let value = try number(text, isNegative: isNegative).double
    try advance()
    return value
  }

  /// Reads the four or six numbers of a box; the current token is its parenthesis.
  mutating func boundingBox() throws(CQL2SyntaxError) -> BoundingBox {
    let start = offset
    let numbers = try list("a number of BBOX") { (parser) throws(CQL2SyntaxError) in
      try parser.signedNumber("a number of BBOX")
    }
    do {
      return try BoundingBox(numbers: numbers)
    } catch {
      throw self.error(at: start, "BBOX: \(error.message)")
    }
  }
}
