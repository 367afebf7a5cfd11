import CatalogFiles
import StacModel

/// Where a load puts documents, and what remembers how far it came.
protocol LoadTarget: Sendable {
  /// Begins the load of a source, or goes on with one that was interrupted.
  func begin(source: String, fingerprint: String, anew: Bool) async throws -> LoadState
  /// Adds collections or replaces them; ``DestinationRefusal`` where one of them is at fault.
  func put(_ collections: [Collection]) async throws
  /// Adds items or replaces them, all or none, and with them the note that their batch is in.
  ///
  /// - Parameter note: nil where more of the batch follows.
  /// - Throws: ``DestinationRefusal`` where one of the items is at fault; ``TargetAway`` where trying again may help.
  func put(_ items: [Item], note: LoadNote?) async throws
  /// Whether nobody uses what the load writes to but loads.
  func isAlone() async throws -> Bool
  /// Says that everything is in.
  func finish() async throws
  /// What was refused since the load began, in order, also before it was interrupted; in pieces.
  ///
  /// - Parameter place: what the piece before gave, nil for the first.
  func refusals(behind place: RefusalPlace?) async throws -> (refusals: [RefusedDocument], next: RefusalPlace?)
  /// Compares the number of items of collections.
  func compare(with counts: [PgSTACDatabase.Count]) async throws -> [CountComparison]
}

/// How far a load has come.
struct LoadState: Sendable {
  /// How many batches are in.
  var step: Int64 = 0
  /// Where reading goes on, nil at the beginning.
  var position: String?
  var counts = LoadCounts()
  /// Whether an interrupted load was left aside, for its source has changed.
  var sourceHasChanged = false
}

/// What became of documents.
struct LoadCounts: Sendable, Codable {
  var collections = 0
  var items = 0
  var skipped = 0
  var refused = 0

  static func += (left: inout LoadCounts, right: LoadCounts) {
    left.collections += right.collections
    left.items += right.items
    left.skipped += right.skipped
    left.refused += right.refused
  }
}

/// That a batch is in.
struct LoadNote: Sendable {
  let number: Int64
  /// Where reading goes on behind it.
  let position: String
  let counts: LoadCounts
  let refusals: [RefusedDocument]

  /// The note as `gnomon.note_load` takes it.
  var json: JSONValue {
    [
      "position": .string(position), "collections": JSONValue(counts.collections), "items": JSONValue(counts.items),
      "skipped": JSONValue(counts.skipped), "refused": JSONValue(counts.refused),
      "refusals": .array(refusals.map(\.json)),
    ]
  }
}

/// Where a piece of the refusals ends.
struct RefusalPlace: Sendable {
  let step: Int64
  /// The row's place in the table.
  let row: String
}

/// The database or the server cannot be reached now.
struct TargetAway: Error {
  let reason: String
}

/// How many items a collection has where it comes from, and here.
struct CountComparison: Sendable {
  let collection: String
  let there: Int
  /// Nil where this cannot be told.
  let here: Int?
  let refused: Int
}

extension RefusedDocument {
  /// One line of a report.
  var json: JSONValue {
    var object: JSONObject = ["place": .string(Self.plain(place))]
    if let collection { object["collection"] = .string(Self.plain(collection)) }
    if let id { object["id"] = .string(Self.plain(id)) }
    object["pointer"] = .string(Self.plain(pointer))
    object["message"] = .string(Self.plain(message))
    return .object(object)
  }

  init(json: JSONObject) {
    self.init(
      place: json["place"]?.string ?? "", collection: json["collection"]?.string, id: json["id"]?.string,
      pointer: json["pointer"]?.string ?? "", message: json["message"]?.string ?? "")
  }

  /// PostgreSQL stores no U+0000.
  private static func plain(_ text: String) -> String { text.replacing("\u{0}", with: "\u{FFFD}") }
}
