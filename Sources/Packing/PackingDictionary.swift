import CZstd

/// What documents are packed against: the text of a few documents like them.
///
/// Items of one collection differ in little: against one of their kind, ten kilobytes become seven hundred bytes. The
/// dictionary is raw content in Zstandard's sense, so that any text serves; whoever unpacks needs the very same one.
///
/// `@unchecked Sendable`: both handles are made in `init`, never changed, and freed in `deinit`; Zstandard documents
/// ZSTD_CDict and ZSTD_DDict as sharable by threads.
@safe
public final class PackingDictionary: @unchecked Sendable {
  /// The most bytes that a dictionary is made of.
  public static let mostBytes = 64 << 10

  /// The text that documents are compared with.
  public let content: [UInt8]
  let compression: OpaquePointer
  let decompression: OpaquePointer

  /// A dictionary of some text.
  ///
  /// - Throws: ``PackingError/outOfMemory``.
  public init(_ content: [UInt8]) throws(PackingError) {
    self.content = content
    let compression = unsafe content.withUnsafeBytes { bytes in
      unsafe ZSTD_createCDict(bytes.baseAddress, bytes.count, DocumentPacker.level)
    }
    guard let compression = unsafe compression else { throw .outOfMemory }
    let decompression = unsafe content.withUnsafeBytes { bytes in
      unsafe ZSTD_createDDict(bytes.baseAddress, bytes.count)
    }
    guard let decompression = unsafe decompression else {
      unsafe ZSTD_freeCDict(compression)
      throw .outOfMemory
    }
    unsafe self.compression = unsafe compression
    unsafe self.decompression = unsafe decompression
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

  deinit {
    unsafe ZSTD_freeCDict(compression)
    unsafe ZSTD_freeDDict(decompression)
  }
}
