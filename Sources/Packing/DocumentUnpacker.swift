import CZstd

/// Unpacks documents one after the other in one piece of memory, where they are read.
public struct DocumentUnpacker: ~Copyable {
  private let context: DecompressionContext
  /// What the context unpacks against.
  private var dictionary: PackingDictionary?
  /// How many bytes the present document has.
  private var count = 0

  /// - Throws: ``PackingError/outOfMemory``.
  public init() throws(PackingError) { context = try Contexts.shared.takeDecompression() }

  deinit { Contexts.shared.giveBack(context) }

  /// How many bytes a document claims to have.
  ///
  /// - Throws: ``PackingError/malformed(_:)`` and ``PackingError/tooLarge(_:)``.
  public static func size(ofDocumentIn packed: RawSpan) throws(PackingError) -> Int {
    let size = unsafe packed.withUnsafeBytes { unsafe ZSTD_getFrameContentSize($0.baseAddress, $0.count) }
    guard size != gnomon_zstd_size_unknown(), size != gnomon_zstd_size_error() else {
      throw .malformed("it has no size")
    }
    guard size <= DocumentPacker.mostBytes else { throw .tooLarge(Int(clamping: size)) }
    return Int(size)
  }

  /// Unpacks a document, which takes the place of the one before it.
  ///
  /// - Parameter dictionary: the one that it was packed against, nil for none.
  /// - Throws: ``PackingError/malformed(_:)``, also where the dictionary is another one.
  public mutating func unpack(_ packed: RawSpan, against dictionary: PackingDictionary?) throws(PackingError) {
    count = 0
    let size = try Self.size(ofDocumentIn: packed)
    context.reserve(size)
    if dictionary !== self.dictionary {
      unsafe ZSTD_DCtx_refDDict(context.handle, dictionary?.decompression)
      self.dictionary = dictionary
    }
    let status = unsafe packed.withUnsafeBytes { source in
      unsafe ZSTD_decompressDCtx(context.handle, context.memory.baseAddress, size, source.baseAddress, source.count)
    }
    guard ZSTD_isError(status) == 0 else { throw .malformed(DocumentPacker.name(of: status)) }
    count = status
  }

  /// Reads the document that was unpacked last; without bytes where there is none.
  public func withDocument<Value>(_ body: (RawSpan) -> Value) -> Value {
    unsafe body(RawSpan(_unsafeBytes: UnsafeRawBufferPointer(rebasing: context.memory[..<count])))
  }
}
