import CZstd
import Synchronization

/// What documents are packed against: the text of a few documents like them.
///
/// Items of one collection differ in little: against one of their kind, ten kilobytes become seven hundred bytes. The
/// dictionary is raw content in Zstandard's sense, so that any text serves; whoever unpacks needs the very same one.
///
/// `@unchecked Sendable`: the handle is made in `init`, never changed, and freed in `deinit`; Zstandard documents ZSTD_DDict
/// as sharable by threads.
@safe
public final class PackingDictionary: @unchecked Sendable {
  /// The most bytes that a dictionary is made of.
  public static let mostBytes = 64 << 10

  /// The text that documents are compared with.
  public let content: [UInt8]
  let decompression: OpaquePointer
  private let compressions = AtomicLazyReference<CompressionDictionary>()

  /// A dictionary of some text.
  ///
  /// - Throws: ``PackingError/outOfMemory``.
  public init(_ content: [UInt8]) throws(PackingError) {
    self.content = content
    let decompression = unsafe content.withUnsafeBytes { bytes in
      unsafe ZSTD_createDDict(bytes.baseAddress, bytes.count)
    }
    guard let decompression = unsafe decompression else { throw .outOfMemory }
    unsafe self.decompression = unsafe decompression
  }

  /// What documents are packed with; it is made for the first of them, for it is several times as large as all that
  /// unpacking takes.
  func compression() throws(PackingError) -> CompressionDictionary {
    if let made = compressions.load() { return made }
    guard let made = CompressionDictionary(content) else { throw .outOfMemory }
    return compressions.storeIfNil(made)
  }

  /// How many bytes of memory it takes.
  public var memorySize: Int {
    content.count + (unsafe ZSTD_sizeof_DDict(decompression))
      + (compressions.load().map { unsafe ZSTD_sizeof_CDict($0.handle) } ?? 0)
  }

  /// A dictionary of the first of some documents, as many as fit; nil where there are none.
  public convenience init?(of documents: some Sequence<[UInt8]>) throws(PackingError) {
    var content: [UInt8] = []
    for document in documents {
      if !content.isEmpty, content.count + document.count > Self.mostBytes { break }
      content += document.prefix(Self.mostBytes)
    }
    if content.isEmpty { return nil }
    try self.init(content)
  }

  deinit { unsafe ZSTD_freeDDict(decompression) }
}

/// `@unchecked Sendable`: the handle is made in `init`, never changed, and freed in `deinit`; Zstandard documents ZSTD_CDict
/// as sharable by threads.
@safe
final class CompressionDictionary: @unchecked Sendable {
  let handle: OpaquePointer

  init?(_ content: [UInt8]) {
    let handle = unsafe content.withUnsafeBytes { bytes in
      unsafe ZSTD_createCDict(bytes.baseAddress, bytes.count, DocumentPacker.level)
    }
    guard let handle = unsafe handle else { return nil }
    unsafe self.handle = unsafe handle
  }

  deinit { unsafe ZSTD_freeCDict(handle) }
}
