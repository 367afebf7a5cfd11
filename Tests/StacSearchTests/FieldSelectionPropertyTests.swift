import SeededRandom
import StacModel
import StacSearch
import Testing

/// The semantics of field selections told a second time, over decoded documents and sets of paths.
private struct FieldOracle {
  let include: Set<String>
  let whenDatetimeIsNull: Set<String>
  let exclude: Set<String>
  let keepsByDefault: Bool

  private static let members: Set = [
    "type", "stac_version", "stac_extensions", "id", "geometry", "bbox", "properties", "links", "assets", "collection",
  ]

  init(_ selection: FieldSelection) {
    func expand(_ paths: [String]) -> Set<String> {
      Set(
        paths.flatMap { path in
          Self.members.contains { path == $0 || path.hasPrefix($0 + ".") } ? [path] : [path, "properties." + path]
        })
    }
    let excluded = expand(selection.exclude)
    exclude = excluded
    keepsByDefault = selection.base == .everything
    func isLeft(_ path: String) -> Bool { !excluded.contains { path == $0 || path.hasPrefix($0 + ".") } }
    let isDefault = selection.base == .defaultMembers
    let defaults = ["type", "stac_version", "id", "geometry", "bbox", "links", "assets", "properties.datetime"]
    include = expand(selection.include).union(isDefault ? defaults.filter(isLeft) : [])
    whenDatetimeIsNull = Set(
      isDefault ? ["properties.start_datetime", "properties.end_datetime"].filter(isLeft) : [])
  }

  func filtered(_ document: JSONObject) -> JSONObject {
    let isNull = (document["properties"]?.object?["datetime"] ?? .null).isNull
    let include = isNull ? include.union(whenDatetimeIsNull) : include
    return filtered(document, path: nil, isKept: keepsByDefault, include)
  }

  private func filtered(_ object: JSONObject, path: String?, isKept: Bool, _ include: Set<String>) -> JSONObject {
    JSONObject(
      object.members.compactMap { member in
        let path = path.map { "\($0).\(member.name)" } ?? member.name
        let isKept = include.contains(path) || (isKept && !exclude.contains(path))
        let isAskedInside = self.include.union(whenDatetimeIsNull).contains { $0.hasPrefix(path + ".") }
        switch member.value {
        case .object(let inner) where isKept || isAskedInside:
          return .init(name: member.name, value: .object(filtered(inner, path: path, isKept: isKept, include)))
        case .array where isKept || isAskedInside: return member
        case .object, .array: return nil
        default: return isKept ? member : nil
        }
      })
  }
}

/// Documents and selections at random.
private struct FieldDice {
  var generator: SeededGenerator
  static let names = [
    "a", "b", "a.b", "b.a.c", "é", "q\"\\", "\u{1}", "eo:x", "datetime", "start_datetime", "id", "assets", "", "href",
    ".",
  ]
  static let top = [
    "type", "id", "geometry", "bbox", "properties", "links", "assets", "collection", "a", "a.b", "é", "stac_version",
  ]

  mutating func pick<Element>(_ elements: [Element]) -> Element {
    elements[Int.random(in: 0..<elements.count, using: &generator)]
  }

  mutating func object(_ names: [String], depth: Int) -> JSONObject {
    var object = JSONObject()
    for _ in 0..<Int.random(in: 0...7, using: &generator) { object[pick(names)] = value(depth: depth) }
    return object
  }

  mutating func value(depth: Int) -> JSONValue {
    switch Int.random(in: depth > 0 ? 0...7 : 3...7, using: &generator) {
    case 0, 1, 2: .object(object(Self.names, depth: depth - 1))
    case 3: .array((0..<Int.random(in: 0...2, using: &generator)).map { _ in value(depth: max(0, depth - 1)) })
    case 4: .string(pick(["", "}", "]", "\"", "\\", "{\"a\":1}", "x,y", "日本"]))
    case 5: .number(JSONNumber(Int.random(in: -5...500, using: &generator)))
    case 6: .null
    default: .bool(.random(using: &generator))
    }
  }

  mutating func document() -> JSONObject {
    var document = object(Self.top, depth: 3)
    if Bool.random(using: &generator) { document["properties"] = .object(object(Self.names, depth: 3)) }
    if document["links"] != nil { document["links"] = [["rel": "via", "href": "]["]] }
    return document
  }

  mutating func paths() -> [String] {
    (0..<Int.random(in: 0...4, using: &generator)).map { _ in
      let inner = (0..<Int.random(in: 0...3, using: &generator)).map { _ in pick(Self.names) }
      let path = ([pick(Self.top + Self.names)] + inner).joined(separator: ".")
      return path.isEmpty ? "a" : path
    }
  }
}

@Suite("Field selections at random")
struct FieldSelectionPropertyTests {
  @Test("cut documents as decoding, filtering and encoding them does")
  func equivalence() throws {
    var dice = FieldDice(generator: SeededGenerator(seed: 3))
    for _ in 0..<10_000 {
      let stored = SerializedDocument(dice.document())
      let document = try #require(try JSONParser.parse(stored.bytes).object)
      let base = dice.pick([FieldSelection.Base.everything, .nothing, .defaultMembers])
      let selection = try FieldSelection(
        of: .item, base: base, include: base == .nothing ? dice.paths() : [], exclude: dice.paths())
      let expected = FieldOracle(selection).filtered(document)
      let result = selection.applied(to: stored)
      let text = String(decoding: result.bytes, as: UTF8.self)
      try #require(
        text == JSONSerializer.text(.object(expected)), "\(base) +\(selection.include) -\(selection.exclude)")
      let position = expected["links"] == nil ? 0 : SerializedDocument(expected).linksPosition
      try #require(result.linksPosition == position, "\(text)")
    }
  }
}
