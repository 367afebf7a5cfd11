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

    /// One of the indexes in the database that serve a property: the end of its name, and what stands behind
    /// `ON gnomon.items`; %2$L is the property's name, %3$I the column that it is read from.
    struct Part: Sendable {
      let suffix: String
      let definition: String
    }

    /// Of the parts of an index that is walked in the order of a search, the one by the value alone.
    var orderSuffix: String { self == .text ? "_order" : "" }
    static let placeSuffix = "_place"

    /// What items with one value are ordered by, so that an index is walked in the order of a search.
    private static let restOfOrder = "datetime DESC, collection_key DESC, id DESC"
    /// What is told in the index itself of items in a cell: see `FilterColumns.itemsInCells`.
    private static let restInCell = """
      (CASE WHEN start_datetime = datetime AND end_datetime = datetime THEN datetime AT TIME ZONE 'UTC' END), \
      (collection_key + 0)
      """

    /// The indexes that serve filters, orders over all items, and orders within a place.
    var parts: [Part] {
      func ordered(_ value: String) -> [Part] {
        [
          Part(suffix: orderSuffix, definition: "USING btree ((\(value)), \(Self.restOfOrder))"),
          Part(
            suffix: Self.placeSuffix,
            definition: "USING btree (gnomon.cell(geometry), (\(value)), \(Self.restInCell))"),
        ]
      }
      return switch self {
      case .number: ordered("gnomon.number(%3$I -> %2$L)")
      case .boolean: ordered("gnomon.boolean(%3$I -> %2$L)")
      case .instant: ordered("gnomon.instant(%3$I -> %2$L)")
      case .text:
        [Self.found("spgist", "gnomon.text(%3$I -> %2$L)", collation: " COLLATE \"C\"")]
          + ordered("left(gnomon.text(%3$I -> %2$L), 200) COLLATE \"C\"")
      case .array: [Self.found("gin", "gnomon.elements(%3$I -> %2$L)")]
      }
    }

    /// A part that values are found by, in no order: items without one need not be in it.
    private static func found(_ method: String, _ value: String, collation: String = "") -> Part {
      Part(suffix: "", definition: "USING \(method) ((\(value)\(collation))) WHERE \(value) IS NOT NULL")
    }
  }

  /// The property; nil for the leftover of a build that was broken off.
  public let property: String?
  public let kind: Kind
  /// The name of the index in the schema gnomon; those of its parts begin with it.
  public let name: String
  /// Of all its parts.
  public let bytes: Int
  /// How many times a statement has read one of its parts.
  public let scans: Int
  /// Whether searches can use it: all of its parts are there and ready.
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
