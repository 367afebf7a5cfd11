public import StacModel

/// A CQL2 filter that was read from text or JSON, and remembers where its parts were written.
///
/// Source: OGC 21-065r2, requirements classes CQL2 Text (annex A) and CQL2 JSON (annex B).
public struct Filter: Sendable, Hashable {
  /// The filter's tree.
  public let expression: Expression
  private let place: SourcePlace

  /// Reads CQL2 text.
  ///
  /// - Throws: ``CQL2SyntaxError`` with the character at fault and what was expected there.
  public init(text: String, limits: FilterLimits = FilterLimits()) throws(CQL2SyntaxError) {
    let parsed = try CQL2TextParser.parse(text, limits: limits)
    expression = parsed.expression
    place = parsed.place
  }

  /// Reads CQL2 JSON.
  ///
  /// - Throws: ``CQL2SyntaxError`` with a pointer to the value at fault and what was expected there.
  public init(json: JSONValue, limits: FilterLimits = FilterLimits()) throws(CQL2SyntaxError) {
    let parsed = try CQL2JSONParser.parse(json, limits: limits)
    expression = parsed.expression
    place = parsed.place
  }

  /// Another tree, its parts where those of a filter were written.
  init(expression: Expression, of filter: Filter) {
    self.expression = expression
    place = filter.place
  }

  /// Where the part at the end of a path was written: `character 17` or `/args/0/args/1`.
  ///
  /// - Parameter path: indices down ``Expression/children`` from the root.
  public func location(of path: [Int]) -> String { place[path].location.description }

  /// Checks that the parts fit together; see ``Expression/check(properties:)``.
  ///
  /// - Throws: ``CQL2SyntaxError`` that says where in the user's filter the misfit stands.
  public func check(properties: some PropertyTypes) throws(CQL2SyntaxError) {
    do {
      try expression.check(properties: properties)
    } catch {
      throw CQL2SyntaxError(location: location(of: error.path), message: error.message)
    }
  }

  /// Whether both filters have the same tree, wherever its parts were written.
  public static func == (left: Filter, right: Filter) -> Bool { left.expression == right.expression }
  public func hash(into hasher: inout Hasher) { hasher.combine(expression) }
}
