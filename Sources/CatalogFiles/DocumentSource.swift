/// Where documents come from, in batches that a person can interrupt and go on from.
///
/// A source is read from one task. Its positions are texts of its own, which may be kept and given to the same source in
/// another process.
public protocol DocumentSource: Sendable {
  /// What the source is remembered by: the same for the same source at another time, without secrets.
  var name: String { get }
  /// What it is called in a sentence: "3 files", "the STAC API https://example.org/stac".
  var title: String { get }

  /// A text that changes when what was read before may not be there any more; empty where nothing can be said.
  func fingerprint() async throws -> String
  /// Makes ready to read from a position, nil for the beginning; called once.
  ///
  /// - Throws: ``PositionLost`` where the source is not what it was when the position was made.
  func begin(at position: String?) async throws
  /// The next documents, nil at the end.
  func next() async throws -> DocumentBatch?
}

/// Some documents, and where reading goes on behind them.
public struct DocumentBatch: Sendable {
  public var documents: [SourceDocument] = []
  /// What could not be read at all.
  public var refused: [RefusedDocument] = []
  /// Where reading goes on.
  public var position = ""
  /// The share of the source that has been read, 0 to 1; nil where that is not known.
  public var progress: Double?

  init() {}
}

/// A source is not what it was when a position in it was remembered.
public struct PositionLost: Error, Sendable, CustomStringConvertible {
  public let description: String
}

/// A source cannot be read, or not any further; one line for people.
public struct SourceFailure: Error, Sendable, CustomStringConvertible {
  public let description: String

  public init(_ description: String) { self.description = description }
}

/// One fault of a document that was not taken: where it stands and what is wrong.
public struct RefusedDocument: Sendable, Hashable {
  /// Where the document stands: `items.ndjson:17`, or an address.
  public var place: String
  /// The collection that it names.
  public var collection: String?
  /// Its identifier.
  public var id: String?
  /// The JSON pointer of the fault in the document; empty for the whole.
  public var pointer: String
  /// What is wrong, in a sentence.
  public var message: String

  public init(place: String, collection: String? = nil, id: String? = nil, pointer: String = "", message: String) {
    self.place = place
    self.collection = collection
    self.id = id
    self.pointer = pointer
    self.message = message
  }
}

extension RefusedDocument: CustomStringConvertible {
  public var description: String {
    let name = [collection, id].compactMap(\.self).joined(separator: "/")
    return [place, name, pointer].filter { !$0.isEmpty }.joined(separator: " ") + ": " + message
  }
}
