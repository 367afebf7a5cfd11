import CQL2
import Postgres
import StacSearch

extension PostgresSession {
  /// The indexes over properties, by property; the name of the property is the comment of each of an index's parts.
  func propertyIndexes() throws(PostgresError) -> [PropertyIndex] {
    var found: [String: [IndexPart]] = [:]
    for part in try propertyIndexParts() { found[part.index, default: []].append(part) }
    return found.compactMap { name, parts in
      guard let kind = PropertyIndex.Kind.allCases.first(where: { name.hasSuffix("_\($0.rawValue)") }) else {
        return nil
      }
      let isWhole = Set(parts.map(\.name)).isSuperset(of: kind.parts.map { name + $0.suffix })
      return PropertyIndex(
        property: parts.lazy.compactMap(\.property).first, kind: kind, name: name,
        bytes: parts.reduce(0) { $0 + $1.bytes }, scans: parts.reduce(0) { $0 + $1.scans },
        isValid: isWhole && parts.allSatisfy(\.isValid))
    }.sorted { ($0.property ?? "~", $0.name) < ($1.property ?? "~", $1.name) }
  }

  /// An index in the database that is a part of one over a property.
  struct IndexPart {
    let name: String
    /// The name of the whole.
    let index: String
    let property: String?
    let bytes: Int
    let scans: Int
    let isValid: Bool
  }

  func propertyIndexParts() throws(PostgresError) -> [IndexPart] {
    try query(
      """
      SELECT c.relname::text, substring(c.relname FROM '^(items_property_[0-9a-f]+_[a-z]+)'), \
      obj_description(c.oid, 'pg_class'), pg_relation_size(c.oid), coalesce(s.idx_scan, 0), i.indisvalid \
      FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid LEFT JOIN pg_stat_all_indexes s USING (indexrelid) \
      WHERE i.indrelid = 'gnomon.items'::regclass AND c.relname ~ '^items_property_[0-9a-f]+_[a-z]+' ORDER BY 1
      """
    ).map { row throws(PostgresError) in
      IndexPart(
        name: try row.text(0), index: try row.text(1), property: row.isNull(2) ? nil : try row.text(2),
        bytes: Int(try row.integer(3)), scans: Int(try row.integer(4)), isValid: try row.boolean(5))
    }
  }

  /// Runs a body that changes indexes: one such at a time in a database, and without a statement timeout.
  func alone<Result>(_ body: (isolated PostgresSession) throws -> Result) throws -> Result {
    let lock = try query("SELECT pg_try_advisory_lock(hashtext('gnomon.property_indexes'))").first
    guard try lock?.boolean(0) == true else {
      throw PropertyIndexes.Refusal(
        "another gnomon index command is at work on this database; try again when it is done")
    }
    let timeout = try query("SELECT current_setting('statement_timeout')").first?.text(0) ?? "0"
    defer {
      // Where the connection is gone, so are the lock and the setting.
      _ = try? query("SELECT set_config('statement_timeout', \(timeout), false)")
      _ = try? query("SELECT pg_advisory_unlock(hashtext('gnomon.property_indexes'))")
    }
    _ = try query("SELECT set_config('statement_timeout', '0', false)")
    return try body(self)
  }

  /// Makes an index, or what is missing of it.
  func make(_ property: String, _ kind: PropertyIndex.Kind) throws(PostgresError) -> PropertyIndexes.Outcome {
    let name = PropertyIndex.name(property, kind)
    let present = try propertyIndexParts().filter { $0.index == name }
    var isMade = false
    for part in kind.parts {
      if try make(part, of: property, named: name + part.suffix, present.first { $0.name == name + part.suffix }) {
        isMade = true
      }
    }
    // Only now does the planner learn how the values are spread.
    if isMade { try run(unsafeScript: "ANALYZE gnomon.items") }
    guard let made = try propertyIndexes().first(where: { $0.name == name }) else {
      throw PostgresError(reason: .unreadableValue, function: "CREATE INDEX", message: "the index is gone")
    }
    return isMade ? .made(made) : .found(made)
  }

  /// Makes a part of an index where there is none that is valid; whether it did.
  private func make(
    _ part: PropertyIndex.Kind.Part, of property: String, named name: String, _ present: IndexPart?
  ) throws(PostgresError) -> Bool {
    if let present, present.isValid {
      // A build that was broken off between its last two statements has made it, but not written down what it is of.
      if present.property == nil { try describe(name, property) }
      return false
    }
    if present != nil { _ = try query("DROP INDEX CONCURRENTLY IF EXISTS gnomon.\(identifier: name)") }
    do throws(PostgresError) {
      try runFormatted("CREATE INDEX CONCURRENTLY %1$I ON gnomon.items \(part.definition)", name, property)
    } catch {
      _ = try? query("DROP INDEX CONCURRENTLY IF EXISTS gnomon.\(identifier: name)")
      throw error
    }
    try describe(name, property)
    return true
  }

  private func describe(_ name: String, _ property: String) throws(PostgresError) {
    try runFormatted("COMMENT ON INDEX gnomon.%1$I IS %2$L", name, property)
  }

  /// Runs a statement that takes no parameters; the server itself quotes the names (%I) and the property (%L).
  private func runFormatted(_ statement: String, _ name: String, _ property: String) throws(PostgresError) {
    let source = FilterColumns.items.source(of: property)
    guard let row = try query("SELECT format(\(statement), \(name), \(property), \(source))").first else { return }
    try run(unsafeScript: try row.text(0))
  }

  /// What an index of a property is made for.
  ///
  /// - Throws: ``PropertyIndexes/Refusal`` where no item has the property, or nothing tells.
  func kind(
    of property: String, asked: PropertyIndex.Kind?, declared: ValueType?
  ) throws -> PropertyIndex.Kind {
    if FilterColumns.items.column(property) != nil {
      throw PropertyIndexes.Refusal("'\(property)' needs no index: it has a column of its own")
    }
    if DerivedProperty.has(property) {
      throw PropertyIndexes.Refusal("'\(property)' needs no index: it is kept beside the models, not in documents")
    }
    let known = try propertyTypes(ofCollection: nil)
    guard let types = known[property]?.subtracting([.null]) else {
      throw PropertyIndexes.Refusal(
        "no item has a property '\(property)'" + Self.suggestion(for: property, among: known.keys.sorted()))
    }
    if let kind = asked ?? declared.flatMap(PropertyIndex.Kind.init) { return kind }
    switch types {
    case [.number]: return .number
    case [.boolean]: return .boolean
    case [.array]: return .array
    case [.string]: return try holdsInstants(property) ? .instant : .text
    case [.object]: throw PropertyIndexes.Refusal("'\(property)' holds objects, which no filter compares")
    case []: throw PropertyIndexes.Refusal("'\(property)' is null in every item; say what it is for with --type")
    default:
      let names = types.map(\.rawValue).sorted().joined(separator: ", ")
      throw PropertyIndexes.Refusal("'\(property)' holds values of several types (\(names)); choose one with --type")
    }
  }

  /// Whether the first thousand values that are found are all instants.
  private func holdsInstants(_ property: String) throws(PostgresError) -> Bool {
    let row = try query(
      """
      SELECT coalesce(bool_and(gnomon.instant(value) IS NOT NULL), false) FROM \
      (SELECT properties -> \(property) AS value FROM gnomon.items \
      WHERE jsonb_typeof(properties -> \(property)) = 'string' LIMIT 1000) found
      """
    ).first
    return try row?.boolean(0) ?? false
  }

  /// Known names that look like one, or the first of all.
  private static func suggestion(for property: String, among names: [String]) -> String {
    guard !names.isEmpty else { return ", for there are no items yet" }
    let stem = property.split(separator: ":").last.map { $0.lowercased() } ?? ""
    let alike = names.filter { !stem.isEmpty && $0.lowercased().contains(stem) }
    let shown = (alike.isEmpty ? names : alike).prefix(10).joined(separator: ", ")
    return alike.isEmpty ? "; there are: \(shown)\(names.count > 10 ? ", …" : "")" : "; did you mean \(shown)?"
  }
}
