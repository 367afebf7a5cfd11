public import CQL2

/// An index over one property of items, which an operator has asked for.
public struct PropertyIndex: Sendable, Hashable {
  /// What the values are read as; an index serves the filters that read them so.
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// Numbers: comparisons, ranges, lists.
    case number
    /// Texts, by code point: comparisons, ranges, lists, LIKE with a fixed beginning. Of any length, unlike a B-tree's.
    case text
    /// True and false.
    case boolean
    /// Texts that are RFC 3339 date-times or dates, as instants.
    case instant
    /// Arrays: what contains what.
    case array

    /// The kind that serves a declared type; nil where the data must tell, or no index serves.
    public init?(_ type: ValueType) {
      switch type {
      case .number: self = .number
      case .string: self = .text
      case .boolean: self = .boolean
      case .timestamp, .date: self = .instant
      case .array: self = .array
      case .any, .geometry, .interval: return nil
      }
    }

    /// What items with one value are ordered by, so that an index is walked in the order of a search.
    private static let restOfOrder = "datetime DESC, collection_key DESC, id DESC"

    /// What stands behind ON gnomon.items; %L is the property's name.
    var definition: String {
      switch self {
      case .number: "USING btree ((gnomon.number(properties -> %L)), \(Self.restOfOrder))"
      case .text: "USING spgist ((gnomon.text(properties -> %L) COLLATE \"C\"))"
      case .boolean: "USING btree ((gnomon.boolean(properties -> %L)), \(Self.restOfOrder))"
      case .instant: "USING btree ((gnomon.instant(properties -> %L)), \(Self.restOfOrder))"
      case .array: "USING gin ((gnomon.elements(properties -> %L)))"
      }
    }
  }

  /// The property; nil for the leftover of a build that was broken off.
  public let property: String?
  public let kind: Kind
  /// The name of the index in the schema gnomon.
  public let name: String
  public let bytes: Int
  /// How many times a statement has read it.
  public let scans: Int
  /// Whether searches can use it.
  public let isValid: Bool
}

/// How far the making of an index has come.
public struct IndexBuildProgress: Sendable, Hashable {
  /// 0 to 1; a phase that waits for other transactions stands still.
  public let fraction: Double
  /// PostgreSQL's word for what is done at the moment.
  public let phase: String

  /// Reads what pg_stat_progress_create_index says: a concurrent build reads the table twice.
  init(phase: String, blocksDone: Int64, blocksTotal: Int64, rowsDone: Int64, rowsTotal: Int64) {
    func share(_ done: Int64, _ total: Int64) -> Double { total > 0 ? min(1, Double(done) / Double(total)) : 0 }
    self.phase = phase
    fraction =
      switch phase {
      case _ where phase.hasPrefix("building index: loading"): 0.5 + 0.1 * share(rowsDone, rowsTotal)
      case _ where phase.hasPrefix("building index: sorting"): 0.5
      case _ where phase.hasPrefix("building index"): 0.5 * share(blocksDone, blocksTotal)
      case "waiting for writers before validation": 0.6
      case "index validation: scanning index": 0.6 + 0.05 * share(blocksDone, blocksTotal)
      case "index validation: sorting tuples": 0.65
      case "index validation: scanning table": 0.65 + 0.35 * share(blocksDone, blocksTotal)
      case "waiting for old snapshots", "waiting for readers before marking dead",
        "waiting for readers before dropping":
        1
      default: 0
      }
  }
}
