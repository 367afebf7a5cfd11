import StacModel

/// Schema URLs in `stac_extensions` that lead to a known schema and are not written as it was published.
///
/// `http://`, a host in capitals and a `#` behind the path are what people write. The document is judged as if the URL stood there
/// as it should, since the schemas themselves demand the published spelling of one another.
enum ExtensionSpelling {
  /// The document with the published spelling of its schema URLs.
  static func published(_ document: JSONValue) -> JSONValue {
    guard var object = document.object, let declared = object["stac_extensions"]?.array else { return document }
    let published = declared.map { url in url.string.map { .string(ExtensionAddress.published($0)) } ?? url }
    guard published != declared else { return document }
    object["stac_extensions"] = .array(published)
    return .object(object)
  }

  /// A warning for each schema URL in another spelling than the published one.
  static func findings(_ extensions: [String]) -> [ModelFinding] {
    extensions.enumerated().compactMap { index, declared in
      guard let right = right(declared) else { return nil }
      return ModelFinding(
        .warning, .extensionSpelling, JSONPointer("/stac_extensions").appending(index),
        "the schema's address is not written as it was published: others do not know the extension by it",
        mend: "write \(right)")
    }
  }

  /// How the address of a known schema is written right; nil where it is, or no such schema is known.
  private static func right(_ declared: String) -> String? {
    if let version = MLMVersion(schemaURL: declared) {
      return version.publishedURLs.contains(declared) ? nil : version.schemaURL
    }
    let address = ExtensionAddress.published(declared)
    return address != declared && SchemaLibrary.schema(atAddress: address) != nil ? address : nil
  }
}
