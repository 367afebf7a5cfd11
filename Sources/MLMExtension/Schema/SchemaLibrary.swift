import StacModel

/// The schemas that judge models, compiled once.
enum SchemaLibrary {
  /// The schema of a version of the MLM extension.
  static func schema(of version: MLMVersion) -> JSONSchema? { compiled["mlm/\(version.schemaVersion)"] }

  /// The key and schema that a declared schema URL leads to, nil for extensions (or versions) that are not read here.
  static func schema(atAddress address: String) -> (key: String, schema: JSONSchema)? {
    guard let key = SchemaCompiler.key(ofAddress: ExtensionAddress.published(address)), !key.hasPrefix("mlm/") else {
      return nil
    }
    return compiled[key].map { (key, $0) }
  }

  /// All schemas, in no order.
  static var all: [JSONSchema] { Array(compiled.values) }

  /// The `bands` of STAC 1.1, which judges documents of that version alone.
  static let coreBands = compiled["stac-bands/1.1.0"]

  private static let compiled: [String: JSONSchema] = {
    var compiler = SchemaCompiler(texts: PublishedSchemas.texts)
    var schemas: [String: JSONSchema] = [:]
    for key in PublishedSchemas.texts.keys { schemas[key] = compiler.schema(key) }
    return schemas
  }()
}
