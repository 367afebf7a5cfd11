import StacModel

/// A version of the MLM extension, as a document declares it by its schema URL.
public struct MLMVersion: Sendable, Hashable, Comparable, CustomStringConvertible {
  public let major: Int
  public let minor: Int
  public let patch: Int

  public init(major: Int, minor: Int, patch: Int) {
    self.major = major
    self.minor = minor
    self.patch = patch
  }

  /// The versions whose items are understood; 1.6.0 is read by the rules of 1.5.2, relaxed.
  public static let known: [MLMVersion] = [
    MLMVersion(major: 1, minor: 0, patch: 0), MLMVersion(major: 1, minor: 1, patch: 0),
    MLMVersion(major: 1, minor: 2, patch: 0), MLMVersion(major: 1, minor: 3, patch: 0),
    MLMVersion(major: 1, minor: 4, patch: 0), MLMVersion(major: 1, minor: 5, patch: 0),
    MLMVersion(major: 1, minor: 5, patch: 1), MLMVersion(major: 1, minor: 5, patch: 2),
    MLMVersion(major: 1, minor: 6, patch: 0),
  ]

  private static let prefix = "https://stac-extensions.github.io/mlm/v"
  private static let suffix = "/schema.json"
  /// Where the extension was published before version 1.4.
  private static let formerPrefix = "https://crim-ca.github.io/mlm-extension/v"

  /// Reads the version out of a schema URL, in whatever spelling; nil where it is not of the form the extension publishes.
  public init?(schemaURL declared: String) {
    let schemaURL = ExtensionAddress.published(declared)
    guard let prefix = [Self.prefix, Self.formerPrefix].first(where: schemaURL.hasPrefix),
      schemaURL.hasSuffix(Self.suffix)
    else { return nil }
    let text = schemaURL.dropFirst(prefix.count).dropLast(Self.suffix.count)
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    let numbers = parts.compactMap { part in
      part.utf8.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 } ? Int(part) : nil
    }
    guard parts.count == 3, numbers.count == 3 else { return nil }
    self.init(major: numbers[0], minor: numbers[1], patch: numbers[2])
    // Nobody published `1.5.02`.
    guard description == text else { return nil }
  }

  /// Whether a schema URL is the MLM extension's, in whatever version.
  static func isExtension(_ schemaURL: String) -> Bool { Item.isModelExtension(schemaURL) }

  /// The version whose schema judges items of this one: 1.5.1 and 1.5.2 differ in their addresses alone, and of 1.6.0 no
  /// schema was published.
  var schemaVersion: MLMVersion {
    self >= MLMVersion(major: 1, minor: 5, patch: 1) ? MLMVersion(major: 1, minor: 5, patch: 2) : self
  }

  /// Whether the schema of the version itself was published, so that it may refuse new names, values and forms.
  var isPublished: Bool { self < MLMVersion(major: 1, minor: 6, patch: 0) }

  /// The schema URL that declares this version.
  public var schemaURL: String { Self.prefix + description + Self.suffix }

  /// The schema URLs under which this version was published.
  var publishedURLs: [String] {
    let isFormer = self < MLMVersion(major: 1, minor: 4, patch: 0)
    return [schemaURL] + (isFormer ? [Self.formerPrefix + description + Self.suffix] : [])
  }

  public var description: String { "\(major).\(minor).\(patch)" }

  public static func < (left: MLMVersion, right: MLMVersion) -> Bool {
    (left.major, left.minor, left.patch) < (right.major, right.minor, right.patch)
  }
}
