import HTTPTypes
import StacModel

/// A language that this server's own words come in.
///
/// Source: STAC API language extension 1.0.0-rc.2; RFC 4647 section 3.4 (lookup), RFC 9110 section 12.5.4.
enum Language: String, Sendable, Hashable, CaseIterable {
  case english = "en"
  case portuguese = "pt"
  case spanish = "es"
  case french = "fr"

  /// The name in the language itself.
  var name: String {
    switch self {
    case .english: "English"
    case .portuguese: "Português"
    case .spanish: "Español"
    case .french: "Français"
    }
  }

  /// The name in English.
  var alternate: String {
    switch self {
    case .english: "English"
    case .portuguese: "Portuguese"
    case .spanish: "Spanish"
    case .french: "French"
    }
  }

  /// The language as the language extension of STAC describes it.
  var json: JSONValue {
    ["code": .string(rawValue), "name": .string(name), "alternate": .string(alternate)]
  }

  /// Chooses the language of an answer: the parameter decides, else the header; English where neither names one.
  static func chosen(parameter: String?, headers: [String]) throws(ParameterError) -> Language {
    if let parameter {
      guard let ranges = LanguageRanges(parameter) else {
        throw ParameterError("language", "language tags were expected, like 'pt-BR, pt;q=0.9, en;q=0.8'")
      }
      return ranges.best ?? .english
    }
    return LanguageRanges(headers.joined(separator: ","))?.best ?? .english
  }
}

/// The languages that a client takes, each with how much it is wanted.
struct LanguageRanges: Sendable, Hashable {
  private struct Range: Hashable {
    let tag: String
    let quality: Double
  }

  private let ranges: [Range]

  /// What the text of a `language` parameter has to match; the same rules as an Accept-Language field.
  static let pattern =
    "^([A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*|\\*)( ?; ?q=(0(\\.[0-9]{0,3})?|1(\\.0{0,3})?))?"
    + "( ?, ?([A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*|\\*)( ?; ?q=(0(\\.[0-9]{0,3})?|1(\\.0{0,3})?))?)*$"

  /// Reads the value of an Accept-Language field; nil where it is none.
  init?(_ text: String) {
    var ranges: [Range] = []
    for element in text.split(separator: ",", omittingEmptySubsequences: false) {
      guard let range = Self.range(element) else { return nil }
      ranges.append(range)
    }
    self.ranges = ranges
  }

  /// The language that is wanted most of those that there are; of equals the one named first.
  var best: Language? {
    var best: (language: Language, quality: Double)?
    for range in ranges where range.quality > (best?.quality ?? 0) {
      let primary = range.tag.prefix { $0 != "-" }.lowercased()
      if let language = range.tag == "*" ? .english : Language(rawValue: primary) { best = (language, range.quality) }
    }
    return best?.language
  }

  private static func range(_ element: Substring) -> Range? {
    let parts = element.split(separator: ";", omittingEmptySubsequences: false).map(trimmed)
    guard let tag = parts.first, isTag(tag), parts.count <= 2 else { return nil }
    guard parts.count == 2 else { return Range(tag: String(tag), quality: 1) }
    guard parts[1].hasPrefix("q="), let quality = quality(parts[1].dropFirst(2)) else { return nil }
    return Range(tag: String(tag), quality: quality)
  }

  private static func trimmed(_ text: Substring) -> Substring {
    var text = text.drop { $0 == " " }
    while text.last == " " { text.removeLast() }
    return text
  }

  private static func isTag(_ text: Substring) -> Bool {
    if text == "*" { return true }
    let subtags = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
    return subtags.enumerated().allSatisfy { index, subtag in
      1...8 ~= subtag.count
        && subtag.allSatisfy { byte in
          switch byte {
          case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
          case UInt8(ascii: "0")...UInt8(ascii: "9"): index > 0
          default: false
          }
        }
    }
  }

  /// A weight from 0 to 1 with three digits at most behind the point.
  private static func quality(_ text: Substring) -> Double? {
    guard text.utf8.count <= 5, text.first == "0" || text.first == "1",
      text.dropFirst().isEmpty || text.dropFirst().first == ".",
      text.dropFirst(2).utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }),
      let value = Double(text.hasSuffix(".") ? text.dropLast() : text), value <= 1
    else { return nil }
    return value
  }
}
