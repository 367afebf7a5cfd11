public import StacModel

/// One document of a catalog on disk, its relative hrefs resolved against its file.
public enum CatalogEntry: Sendable {
  case collection(Collection)
  /// An item whose ``Item/collectionID`` is set.
  case item(Item)
}

/// What reading found besides documents.
public struct CatalogReport: Sendable {
  /// Texts that are JSON but no STAC item or collection, and files that are no JSON.
  public var skipped = 0
  /// STAC documents with faults: where they stand and what is wrong.
  public var refused: [(place: String, refusal: String)] = []

  public init() {}
}

/// Reads STAC documents from files, collections in one pass and items in another, one file or line at a time.
public struct CatalogReader: Sendable {
  private let source: CatalogSource

  public init(_ source: CatalogSource) { self.source = source }

  /// Calls `body` with every collection.
  public func collections(_ body: (Collection) async throws -> Void) async throws {
    for file in source.files.compactMap(DocumentFile.init(path:)) {
      while let text = file.next() {
        guard text.mayHoldCollection else { continue }
        for case .collection(let collection) in StacDocuments(text: text.bytes, path: file.path).entries {
          try await body(collection)
        }
      }
    }
  }

  /// Calls `body` with every item and its place, and reports what was skipped and refused of both kinds.
  ///
  /// - Parameter progress: told the share of the bytes that have been read, 0 to 1.
  public func items(
    _ body: (Item, _ place: String) async throws -> Void, progress: (Double) -> Void = { _ in }
  ) async throws -> CatalogReport {
    var report = CatalogReport()
    let total = Double(max(source.byteCount, 1))
    var finished = 0
    for path in source.files {
      guard let file = DocumentFile(path: path) else {
        report.refused.append((path, "the file cannot be read"))
        continue
      }
      while let text = file.next() {
        let documents = StacDocuments(text: text.bytes, path: path)
        report.skipped += documents.skipped
        report.refused += documents.refused.map { (file.place, $0) }
        progress(min(1, Double(finished + file.bytesRead) / total))
        for case .item(let item) in documents.entries { try await body(item, file.place) }
      }
      finished += file.bytesRead
    }
    return report
  }
}
