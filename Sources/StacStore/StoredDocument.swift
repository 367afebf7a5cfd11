import Packing
import Postgres
public import StacModel

/// A document as it is stored, with the identifiers its links are made of.
///
/// An item that was found is still packed, in the answer of the database: it is unpacked where it is shown.
public struct StoredDocument: Sendable {
  /// The collection's identifier; of a collection its own.
  public let collectionID: String
  public let id: String
  /// As of ``SerializedDocument/linksPosition``.
  public let linksPosition: Int
  /// The versions of the model that an item describes; nil for what describes none.
  public internal(set) var family: ModelFamily?
  private let text: Text

  private enum Text: Sendable {
    case bytes([UInt8])
    case column(Row, Int)
    case packed(Row, Int, PackingDictionary?)
  }

  public init(collectionID: String, id: String, document: SerializedDocument) {
    self.collectionID = collectionID
    self.id = id
    linksPosition = document.linksPosition
    text = .bytes(document.bytes)
  }

  /// A document that stands in a column of a row as it is.
  init(collectionID: String, id: String, linksPosition: Int, row: Row, column: Int) {
    self.collectionID = collectionID
    self.id = id
    self.linksPosition = linksPosition
    text = .column(row, column)
  }

  /// A document that stands in a column of a row, packed against a dictionary.
  init(
    collectionID: String, id: String, linksPosition: Int, row: Row, column: Int, against dictionary: PackingDictionary?
  ) {
    self.collectionID = collectionID
    self.id = id
    self.linksPosition = linksPosition
    text = .packed(row, column, dictionary)
  }

  /// The document; it is unpacked anew each time.
  ///
  /// - Throws: ``StoreError/failed(_:)`` where what is stored cannot be read.
  public var document: SerializedDocument {
    get throws(StoreError) {
      do throws(PostgresError) {
        return try serialized()
      } catch {
        throw StoreError(error)
      }
    }
  }

  /// The document; it is unpacked anew each time.
  func serialized() throws(PostgresError) -> SerializedDocument {
    if case .bytes(let bytes) = text { return SerializedDocument(bytes: bytes, linksPosition: linksPosition) }
    var reader = DocumentReader()
    return try reader.read(text) { bytes in
      SerializedDocument(bytes: unsafe bytes.withUnsafeBytes { unsafe Array($0) }, linksPosition: linksPosition)
    }
  }

  /// How many bytes the text has; 0 where it cannot be read.
  public var byteCount: Int {
    switch text {
    case .bytes(let bytes): bytes.count
    case .column(let row, let column): (try? row.withBytes(column) { $0.byteCount }) ?? 0
    case .packed(let row, let column, _):
      (try? row.withBytes(column) { packed in (try? DocumentUnpacker.size(ofDocumentIn: packed)) ?? 0 }) ?? 0
    }
  }

  /// Reads documents one after the other where they lie, or are unpacked to.
  public struct Reader: ~Copyable {
    private var reader = DocumentReader()

    public init() {}

    /// Calls a body with the text of a document.
    ///
    /// - Throws: ``StoreError/failed(_:)`` where what is stored cannot be read.
    public mutating func read<Value>(
      _ stored: StoredDocument, _ body: (RawSpan) -> Value
    ) throws(StoreError) -> Value {
      do throws(PostgresError) {
        return try reader.read(stored.text, body)
      } catch {
        throw StoreError(error)
      }
    }
  }

  private struct DocumentReader: ~Copyable {
    private var unpacker: DocumentUnpacker?

    mutating func read<Value>(_ text: Text, _ body: (RawSpan) -> Value) throws(PostgresError) -> Value {
      switch text {
      case .bytes(let bytes): return unsafe body(bytes.span.bytes)
      case .column(let row, let column): return try row.withBytes(column) { bytes in body(bytes) }
      case .packed(let row, let column, let dictionary):
        return try row.withBytes(column) { packed throws(PostgresError) in
          try unpack(packed, against: dictionary, body)
        }
      }
    }

    private mutating func unpack<Value>(
      _ packed: RawSpan, against dictionary: PackingDictionary?, _ body: (RawSpan) -> Value
    ) throws(PostgresError) -> Value {
      do throws(PackingError) {
        var present: DocumentUnpacker
        if let kept = unpacker.take() { present = kept } else { present = try DocumentUnpacker() }
        try present.unpack(packed, against: dictionary)
        let value = present.withDocument(body)
        unpacker = consume present
        return value
      } catch {
        throw PostgresError(reason: .unreadableValue, function: "unpack", message: error.description)
      }
    }
  }
}
