public import StacModel

/// A formula or a piece of code: how to read it, and what it says (processing extension 1.1.0).
public struct ProcessingExpression: Sendable, Hashable {
  /// The language, for example `gdal-calc`, `rio-calc`, `python`, `docker`, `uri`.
  public let format: String
  /// The formula as text, or whatever the format asks for.
  public let expression: JSONValue

  public init(format: String, expression: JSONValue) {
    self.format = format
    self.expression = expression
  }

  init?(_ json: JSONValue?) {
    guard let object = json?.object, let format = object["format"]?.string, let expression = object["expression"]
    else { return nil }
    self.init(format: format, expression: expression)
  }

  /// The expressions of a member that may be null, one object or an array of them.
  static func list(_ json: JSONValue?) -> [ProcessingExpression] {
    if let array = json?.array { return array.compactMap { ProcessingExpression($0) } }
    return ProcessingExpression(json).map { [$0] } ?? []
  }
}

/// A band or variable of a model's input: a name, and the formula that makes it where it is derived.
public struct ModelBand: Sendable, Hashable {
  public let name: String
  /// How the band is computed from others, nil where it is read as it is.
  public let expression: ProcessingExpression?

  public init(name: String, expression: ProcessingExpression? = nil) {
    self.name = name
    self.expression = expression
  }

  /// Reads a plain name, or an object of name, format and expression.
  init?(_ json: JSONValue) {
    if let name = json.string {
      self.init(name: name)
    } else if let name = json.object?["name"]?.string {
      self.init(name: name, expression: ProcessingExpression(json))
    } else {
      return nil
    }
  }

  static func list(_ json: JSONValue?) -> [ModelBand] { (json?.array ?? []).compactMap { ModelBand($0) } }
}
