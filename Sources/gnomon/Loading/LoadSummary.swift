import CatalogFiles
import Foundation
import StacModel

/// What a load has done, for the person who ran it.
struct LoadSummary: Sendable {
  /// Since the load began, also before it was interrupted.
  var counts = LoadCounts()
  /// Of them, those before this process went on.
  var before = LoadCounts()
  var seconds = 0.0
  var warningCount = 0
  /// The first warnings.
  var warnings: [String] = []
  /// The first refusals.
  var refusals: [RefusedDocument] = []
  var comparison: [CountComparison] = []

  /// How many refusals and warnings are shown.
  static let shown = 20

  /// Whether something is not in the catalog that should be.
  var isIncomplete: Bool { counts.refused > 0 || comparison.contains(where: \.isShort) }

  /// Reads the refusals from where they are kept, and writes all of them to a file.
  mutating func read(refusalsFrom target: any LoadTarget, into file: RefusalFile?) async throws {
    var first: [RefusedDocument] = []
    var place: RefusalPlace?
    repeat {
      let (piece, next) = try await target.refusals(behind: place)
      first += piece.prefix(max(0, Self.shown - first.count))
      try file?.append(piece)
      place = next
    } while place != nil
    refusals = first
  }

  func text(report: String?) -> String {
    var lines = [head]
    if counts.skipped > 0 { lines.append("Skipped \(counts.skipped.grouped) texts that are not STAC.") }
    lines += warnings.map { "warning  \($0)" }
    if warningCount > warnings.count { lines.append("… and \((warningCount - warnings.count).grouped) more warnings") }
    if counts.refused > 0 {
      lines.append("Refused \(counts.refused.grouped) documents:")
      lines += refusals.map { "refused  \($0)" }
      if let report {
        lines.append("All refusals are in \(report).")
      } else if counts.refused > refusals.count {
        lines.append("… and more; load them again with --report FILE to have all of them.")
      }
    }
    if !comparison.isEmpty { lines += ["", comparisonTable] + comparison.filter(\.isShort).map(\.complaint) }
    return lines.joined(separator: "\n")
  }

  private var head: String {
    let items = counts.items - before.items
    let rate = seconds > 0 ? Int(Double(items) / seconds) : 0
    var text = "Loaded \(counts.collections.grouped) collections and \(counts.items.grouped) items"
    if before.items + before.collections > 0 { text += ", \(items.grouped) of them since the load was interrupted," }
    return text + " in \(LoadProgress.clock(seconds)) (\(rate.grouped) items/s)."
  }

  private var comparisonTable: String {
    let rows = comparison.map { count in
      [count.collection, count.there.grouped, count.here?.grouped ?? "?", count.refused.grouped]
    }
    return TextTable(header: ["COLLECTION", "IN PGSTAC", "HERE", "REFUSED"], rows: rows, rightAligned: [1, 2, 3]).text
  }
}

extension CountComparison {
  /// Whether items are here fewer than there, and not because they were refused.
  var isShort: Bool { here.map { $0 + refused < there } ?? false }

  fileprivate var complaint: String {
    "Collection \(collection) has fewer items here than in PgSTAC: items have come to PgSTAC since it was read; run the "
      + "command again."
  }
}

/// A file of refusals, one JSON object a line.
struct RefusalFile {
  private let handle: FileHandle
  private let path: String

  /// Makes the file empty.
  init(path: String) throws {
    guard FileManager.default.createFile(atPath: path, contents: nil), let handle = FileHandle(forWritingAtPath: path)
    else { throw CommandFailure("the report \(path) cannot be written; name a file in a folder that exists") }
    self.handle = handle
    self.path = path
  }

  func append(_ refusals: [RefusedDocument]) throws {
    var bytes: [UInt8] = []
    for refusal in refusals {
      JSONSerializer.append(refusal.json, to: &bytes)
      bytes.append(UInt8(ascii: "\n"))
    }
    do {
      try handle.write(contentsOf: Data(bytes))
    } catch {
      throw CommandFailure("the report \(path) cannot be written: \(error.localizedDescription)")
    }
  }
}
