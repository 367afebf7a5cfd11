// The characters of CQL2 text: OGC 21-065r2, annex A, rules `whitespace`, `identifierStart` and `identifierPart`.

extension Unicode.Scalar {
  /// Rule `whitespace`.
  var isFilterWhitespace: Bool {
    switch value {
    case 0x09...0x0D, 0x20, 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000: true
    default: false
    }
  }

  /// Rule `identifierStart`.
  var startsIdentifier: Bool {
    switch value {
    case 0x3A, 0x5F, 0x41...0x5A, 0x61...0x7A: true
    case 0xC0...0xD6, 0xD8...0xF6, 0xF8...0x2FF, 0x370...0x37D, 0x37F...0x1FFE: !isFilterWhitespace
    case 0x200C...0x200D, 0x2070...0x218F, 0x2C00...0x2FEF, 0x3001...0xD7FF, 0xF900...0xFDCF, 0xFDF0...0xFFFD: true
    case 0x10000...0xEFFFF: true
    default: false
    }
  }

  /// Rule `identifierPart`.
  var continuesIdentifier: Bool {
    switch value {
    case 0x2E, 0x30...0x39, 0x300...0x36F, 0x203F...0x2040: true
    default: startsIdentifier
    }
  }
}

/// Names in CQL2 text.
enum Identifier {
  /// Words that are never names unless they stand in double quotes.
  static let reserved: Set<String> = [
    "and", "or", "not", "like", "in", "is", "null", "between", "true", "false", "div",
  ]

  /// Whether a name needs no double quotes.
  static func isPlain(_ name: String) -> Bool {
    guard let first = name.unicodeScalars.first, first.startsIdentifier else { return false }
    return name.unicodeScalars.allSatisfy(\.continuesIdentifier) && !reserved.contains(name.lowercased())
  }

  /// Whether CQL2 text can call a function of that name: it means nothing else in front of a parenthesis.
  static func namesFunction(_ name: String) -> Bool { isPlain(name) && !literalTags.contains(name.lowercased()) }

  /// The name in double quotes.
  static func quoted(_ name: String) -> String {
    var text = String.UnicodeScalarView("\"".unicodeScalars)
    for scalar in name.unicodeScalars {
      if scalar == "\"" { text.append(scalar) }
      text.append(scalar)
    }
    text.append("\"")
    return String(text)
  }

  private static let literalTags: Set<String> = {
    let geometries = [
      "point", "linestring", "polygon", "multipoint", "multilinestring", "multipolygon", "geometrycollection",
    ]
    return Set(geometries + geometries.map { $0 + "z" } + ["date", "timestamp", "interval", "bbox"])
  }()
}

/// Character literals in CQL2 text.
enum CharacterLiteral {
  private static let escapes: [(letter: Unicode.Scalar, meaning: Unicode.Scalar)] = [
    ("'", "'"), ("\\", "\\"), ("a", "\u{7}"), ("b", "\u{8}"), ("t", "\u{9}"), ("n", "\u{A}"), ("v", "\u{B}"),
    ("f", "\u{C}"), ("r", "\u{D}"),
  ]

  /// What a character stands for behind a backslash; nil where the backslash stands for itself.
  static func meaning(ofEscaped letter: Unicode.Scalar) -> Unicode.Scalar? {
    escapes.first { $0.letter == letter }?.meaning
  }

  /// The literal of a text, in single quotes.
  static func quoted(_ text: String) -> String {
    var literal = String.UnicodeScalarView("'".unicodeScalars)
    for scalar in text.unicodeScalars {
      if scalar == "'" {
        literal.append(contentsOf: "''".unicodeScalars)
      } else if let escape = escapes.first(where: { $0.meaning == scalar }) {
        literal.append("\\")
        literal.append(escape.letter)
      } else {
        literal.append(scalar)
      }
    }
    literal.append("'")
    return String(literal)
  }
}
