/// A version that can be compared, such as `1.4.0` or `2.0.0-rc.1`.
///
/// Source: Semantic Versioning 2.0.0, section 11; read leniently: a `v` before it, and fewer or more than three numbers, are
/// taken. What is left out counts as 0, and build metadata does not count.
public struct SemanticVersion: Sendable, Hashable, Comparable {
  /// The numbers as digits without zeros before them, which may be longer than any integer; no zeros at the end.
  private let numbers: [String]
  private let prerelease: [Identifier]

  /// Whether it comes before the release of its numbers.
  public var isPrerelease: Bool { !prerelease.isEmpty }

  /// Reads a version; nil for anything else.
  public init?(_ text: String) {
    guard text.utf8.count <= 256, text.utf8.allSatisfy({ $0 < 0x80 }) else { return nil }
    var rest = Substring(text.split(separator: "+", maxSplits: 1, omittingEmptySubsequences: false)[0])
    if rest.first == "v" || rest.first == "V" { rest = rest.dropFirst() }
    if let date = Self.date(rest) {
      numbers = date
      prerelease = []
      return
    }
    let parts = rest.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
    var numbers: [String] = []
    for part in parts[0].split(separator: ".", omittingEmptySubsequences: false) {
      guard let digits = Self.digits(part) else { return nil }
      numbers.append(digits)
    }
    while numbers.last == "0" { numbers.removeLast() }
    self.numbers = numbers
    guard parts.count == 2 else {
      prerelease = []
      return
    }
    let names = parts[1].split(separator: ".", omittingEmptySubsequences: false)
    guard names.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy(Self.isIdentifier) }) else { return nil }
    prerelease = names.map { Self.digits($0).map { .number($0) } ?? .word(String($0)) }
  }

  /// The one spelling of all that mean the same: numbers without zeros at the end, and what comes before the release.
  private var spelling: String {
    let names = prerelease.map { name in
      switch name {
      case .number(let digits): digits
      case .word(let word): word
      }
    }
    let release = numbers.isEmpty ? "0" : numbers.joined(separator: ".")
    return names.isEmpty ? release : release + "-" + names.joined(separator: ".")
  }

  /// A text that is the same for all spellings of one version (`1.0`, `v1.0.0`, `1.0.0+build`), and for whatever is no version
  /// the text itself. No registry could put two of them in an order.
  public static func normal(_ text: String) -> String { SemanticVersion(text)?.spelling ?? text }

  public static func < (left: SemanticVersion, right: SemanticVersion) -> Bool {
    for index in 0..<max(left.numbers.count, right.numbers.count) {
      let (one, other) = (left.number(index), right.number(index))
      if one != other { return isLess(one, other) }
    }
    if left.prerelease.isEmpty || right.prerelease.isEmpty {
      return !left.prerelease.isEmpty && right.prerelease.isEmpty
    }
    for (one, other) in zip(left.prerelease, right.prerelease) where one != other { return one < other }
    return left.prerelease.count < right.prerelease.count
  }

  private func number(_ index: Int) -> String { index < numbers.count ? numbers[index] : "0" }

  /// A part of what is behind the hyphen; numbers come before words.
  private enum Identifier: Sendable, Hashable, Comparable {
    case number(String)
    case word(String)

    static func < (left: Identifier, right: Identifier) -> Bool {
      switch (left, right) {
      case (.number(let one), .number(let other)): isLess(one, other)
      case (.word(let one), .word(let other)): one.utf8.lexicographicallyPrecedes(other.utf8)
      case (.number, .word): true
      case (.word, .number): false
      }
    }
  }

  /// Year, month and day of a date as ISO 8601 writes it, `2024-01-15` or `2024-01`: what is behind its hyphens is no
  /// pre-release.
  private static func date(_ text: Substring) -> [String]? {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard 2...3 ~= parts.count, parts[0].utf8.count == 4, parts.dropFirst().allSatisfy({ $0.utf8.count == 2 }) else {
      return nil
    }
    let numbers = parts.compactMap { Int($0) }
    guard numbers.count == parts.count, (1...12).contains(numbers[1]), numbers.dropFirst(2).allSatisfy({ 1...31 ~= $0 })
    else { return nil }
    return numbers.map { String($0) }
  }

  private static func isLess(_ left: String, _ right: String) -> Bool {
    left.utf8.count == right.utf8.count
      ? left.utf8.lexicographicallyPrecedes(right.utf8) : left.utf8.count < right.utf8.count
  }

  private static func digits(_ text: Substring) -> String? {
    guard !text.isEmpty, text.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }) else { return nil }
    let digits = text.drop { $0 == "0" }
    return digits.isEmpty ? "0" : String(digits)
  }

  private static func isIdentifier(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"):
      true
    default: false
    }
  }
}

extension JSONValue {
  /// What a property `version` says: a text, or a number's text, which authors write who do not declare the version extension;
  /// nil of every other kind. PostgreSQL's jsonb has the same text, save for exponents written in unusual ways.
  public var versionText: String? {
    guard case .number(let number) = self else { return string }
    guard number.text.utf8.contains(where: { $0 == UInt8(ascii: "e") || $0 == UInt8(ascii: "E") }) else {
      return number.text
    }
    return JSONNumber(number.double)?.text
  }
}
