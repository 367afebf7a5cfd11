import CZstd
import Synchronization

/// Packs documents into frames of Zstandard (RFC 8878) and back, byte for byte.
///
/// Each frame says how long the document is and carries its checksum, so that a document that was packed against another
/// dictionary, or has changed, is an error and never another document.
public enum DocumentPacker {
  /// The most bytes that a document may have.
  public static let mostBytes = 64 << 20
  static let level: Int32 = 3

  /// Packs a document.
  ///
  /// - Parameter dictionary: what it is packed against, nil for nothing.
  public static func pack(_ document: [UInt8], against dictionary: PackingDictionary?) throws(PackingError) -> [UInt8] {
    guard document.count <= mostBytes else { throw .tooLarge(document.count) }
    let context = try Contexts.shared.takeCompression()
    defer { Contexts.shared.giveBack(context) }
    let compression = try dictionary?.compression()
    if let compression { unsafe ZSTD_CCtx_refCDict(context.handle, compression.handle) }
    context.reserve(ZSTD_compressBound(document.count))
    let status = unsafe document.withUnsafeBytes { source in
      unsafe ZSTD_compress2(
        context.handle, context.memory.baseAddress, context.memory.count, source.baseAddress, source.count)
    }
    guard ZSTD_isError(status) == 0 else { throw .malformed(name(of: status)) }
    // A frame takes a tenth of the room that it might have needed, and may be kept.
    return unsafe Array(UnsafeRawBufferPointer(rebasing: context.memory[..<status]))
  }

  /// The document that was packed.
  ///
  /// - Parameter dictionary: the one that it was packed against, nil for none.
  /// - Throws: ``PackingError/malformed(_:)``, also where the dictionary is another one.
  public static func unpack(_ packed: [UInt8], against dictionary: PackingDictionary?) throws(PackingError) -> [UInt8] {
    var unpacker = try DocumentUnpacker()
    try unsafe unpacker.unpack(packed.span.bytes, against: dictionary)
    return unpacker.withDocument { document in unsafe document.withUnsafeBytes { unsafe Array($0) } }
  }

  static func name(of status: Int) -> String { unsafe String(cString: ZSTD_getErrorName(status)) }
}

/// Working memory of Zstandard, lent to one call at a time: making it anew would cost more than a document does.
final class Contexts: Sendable {
  static let shared = Contexts()

  /// As many as threads are likely to work at once; what comes back beyond them is freed.
  private static let most = 16
  /// How much room for results each keeps at most.
  static let keptBytes = 256 << 10

  private let compressions = Mutex<[CompressionContext]>([])
  private let decompressions = Mutex<[DecompressionContext]>([])

  func takeCompression() throws(PackingError) -> CompressionContext {
    if let context = compressions.withLock({ $0.popLast() }) { return context }
    guard let context = CompressionContext() else { throw .outOfMemory }
    return context
  }

  func takeDecompression() throws(PackingError) -> DecompressionContext {
    if let context = decompressions.withLock({ $0.popLast() }) { return context }
    guard let context = DecompressionContext() else { throw .outOfMemory }
    return context
  }

  func giveBack(_ context: CompressionContext) {
    context.reset()
    compressions.withLock { if $0.count < Self.most { $0.append(context) } }
  }

  func giveBack(_ context: DecompressionContext) {
    context.reset()
    decompressions.withLock { if $0.count < Self.most { $0.append(context) } }
  }
}

/// `@unchecked Sendable`: whoever takes one from ``Contexts`` is its only user until it is given back.
@safe
final class CompressionContext: @unchecked Sendable {
  let handle: OpaquePointer
  /// Where documents are packed to.
  private(set) var memory: UnsafeMutableRawBufferPointer

  init?() {
    guard let handle = unsafe ZSTD_createCCtx() else { return nil }
    unsafe self.handle = unsafe handle
    unsafe memory = .allocate(byteCount: 32 << 10, alignment: 16)
    unsafe ZSTD_CCtx_setParameter(handle, ZSTD_c_compressionLevel, DocumentPacker.level)
    unsafe ZSTD_CCtx_setParameter(handle, ZSTD_c_checksumFlag, 1)
  }

  /// Sees to room for a frame.
  func reserve(_ count: Int) {
    guard unsafe memory.count < count else { return }
    unsafe memory.deallocate()
    unsafe memory = .allocate(byteCount: count, alignment: 16)
  }

  /// Forgets the dictionary, and room for a frame that was uncommonly large; keeps the parameters.
  func reset() {
    unsafe ZSTD_CCtx_reset(handle, ZSTD_reset_session_only)
    unsafe ZSTD_CCtx_refCDict(handle, nil)
    guard unsafe memory.count > Contexts.keptBytes else { return }
    unsafe memory.deallocate()
    unsafe memory = .allocate(byteCount: Contexts.keptBytes, alignment: 16)
  }

  deinit {
    unsafe ZSTD_freeCCtx(handle)
    unsafe memory.deallocate()
  }
}

/// `@unchecked Sendable`: whoever takes one from ``Contexts`` is its only user until it is given back.
@safe
final class DecompressionContext: @unchecked Sendable {
  let handle: OpaquePointer
  /// Where documents are unpacked to.
  private(set) var memory: UnsafeMutableRawBufferPointer

  init?() {
    guard let handle = unsafe ZSTD_createDCtx() else { return nil }
    unsafe self.handle = unsafe handle
    unsafe memory = .allocate(byteCount: 32 << 10, alignment: 16)
  }

  /// Sees to room for a document.
  func reserve(_ count: Int) {
    guard unsafe memory.count < count else { return }
    unsafe memory.deallocate()
    unsafe memory = .allocate(byteCount: count, alignment: 16)
  }

  /// Forgets the dictionary, and a document that was uncommonly large.
  func reset() {
    unsafe ZSTD_DCtx_reset(handle, ZSTD_reset_session_only)
    unsafe ZSTD_DCtx_refDDict(handle, nil)
    guard unsafe memory.count > Contexts.keptBytes else { return }
    unsafe memory.deallocate()
    unsafe memory = .allocate(byteCount: Contexts.keptBytes, alignment: 16)
  }

  deinit {
    unsafe ZSTD_freeDCtx(handle)
    unsafe memory.deallocate()
  }
}
