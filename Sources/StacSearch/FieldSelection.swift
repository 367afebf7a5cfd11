public import StacModel

/// The members of a document that a search wants to see.
///
/// Source: STAC API fields extension 1.0.0: the most specific path decides, and include beats exclude for the same
/// path. Paths name members by their names joined with dots; names may hold dots themselves. In an item a path that
/// does not begin with one of STAC's own members names a property (`eo:cloud_cover` is `properties.eo:cloud_cover`)
/// besides a member of that name. Arrays are taken or left as a whole.
public struct FieldSelection: Sendable, Hashable {
  /// What a document is.
  public enum Resource: Sendable, Hashable {
    case item, collection
  }

  /// What is taken of the paths that nothing names.
  public enum Base: Sendable, Hashable {
    case everything, nothing
    /// The members that make a valid document.
    case defaultMembers
  }

  public let resource: Resource
  public let base: Base
  public let include: [String]
  public let exclude: [String]
  let tree: FieldTree

  private static let mostPaths = 256

  /// A selection of paths; ``Base/everything`` and ``Base/defaultMembers`` go with no `include`.
  ///
  /// - Throws: ``ParameterError`` naming `fields` where there are too many paths, or one is empty or too long.
  public init(of resource: Resource, base: Base, include: [String], exclude: [String]) throws(ParameterError) {
    guard include.count + exclude.count <= Self.mostPaths else {
      throw ParameterError("fields", "more than \(Self.mostPaths) fields are given")
    }
    for path in include + exclude {
      guard !path.isEmpty else { throw ParameterError("fields", "a field name is empty") }
      guard path.utf8.count <= 512 else { throw ParameterError("fields", "a field name has more than 512 bytes") }
    }
    self.resource = resource
    self.base = base
    self.include = include
    self.exclude = exclude
    tree = FieldTree(resource, base, include: include, exclude: exclude)
  }

  /// Reads the parameter of a query string: `id,-geometry,properties`; an empty one asks for the default members.
  public init(of resource: Resource, parsing text: String) throws(ParameterError) {
    var include: [String] = []
    var exclude: [String] = []
    for part in text.isEmpty ? [] : text.split(separator: ",", omittingEmptySubsequences: false) {
      let name = part.drop { $0 == " " }
      if name.hasPrefix("-") {
        exclude.append(String(name.dropFirst()))
      } else {
        include.append(String(name.hasPrefix("+") ? name.dropFirst() : name))
      }
    }
    let base: Base = include.isEmpty ? .defaultMembers : .nothing
    try self.init(of: resource, base: base, include: include, exclude: exclude)
  }

  /// Reads the member of a body: null, or an object with `include` and `exclude`, each absent, null or an array.
  public init(of resource: Resource, json: JSONValue) throws(ParameterError) {
    guard let object = json.isNull ? [:] : json.object else {
      throw ParameterError("fields", "an object with include and exclude was expected, not \(json.kind)")
    }
    for name in object.names where name != "include" && name != "exclude" {
      throw ParameterError("fields", "'\(name.prefix(64))' is neither include nor exclude")
    }
    let include = try Self.paths(object["include"], "include")
    let exclude = try Self.paths(object["exclude"], "exclude") ?? []
    let isOnlyExclude = object["include"] == nil && !exclude.isEmpty
    let base: Base = isOnlyExclude ? .everything : (include ?? []).isEmpty ? .defaultMembers : .nothing
    try self.init(of: resource, base: base, include: include ?? [], exclude: exclude)
  }

  private static func paths(_ json: JSONValue?, _ name: String) throws(ParameterError) -> [String]? {
    guard let json, !json.isNull else { return nil }
    guard let paths = json.strings else { throw ParameterError("fields", "\(name) must be an array of strings") }
    return paths
  }
}

extension RequestParameters {
  /// The selection; a null in a body asks for the default members.
  func fields(of resource: FieldSelection.Resource) throws(ParameterError) -> FieldSelection? {
    switch raw("fields") {
    case nil: nil
    case .text(let text): try FieldSelection(of: resource, parsing: text)
    case .json(let json): try FieldSelection(of: resource, json: json)
    }
  }
}
