internal import CGeo

/// The part of GDAL's virtual file system that leads to ``VirtualFile``s: read-only, nothing can be listed.
enum VirtualFileSystem {
  /// How the paths begin.
  static let prefix = "/vsignomon/"

  /// Tells GDAL of it, once a process.
  static func install() {
    // GDAL copies what the structure holds.
    guard let callbacks = unsafe VSIAllocFilesystemPluginCallbacksStruct() else { return }
    defer { unsafe VSIFreeFilesystemPluginCallbacksStruct(callbacks) }
    unsafe callbacks.pointee.stat = { _, name, status, _ in
      guard let name = unsafe name, let status = unsafe status,
        let source = unsafe VirtualFile.source(at: VirtualFileSystem.prefix + String(cString: name))
      else { return -1 }
      unsafe gnomon_describe_file(status, source.byteCount)
      return 0
    }
    unsafe callbacks.pointee.open = { _, name, access in
      guard let name = unsafe name, let access = unsafe access, unsafe access.pointee == CChar(UInt8(ascii: "r")),
        unsafe !String(cString: access).contains("+"),
        let source = unsafe VirtualFile.source(at: VirtualFileSystem.prefix + String(cString: name))
      else { return nil }
      // Released by close.
      return unsafe Unmanaged.passRetained(VirtualFileHandle(source)).toOpaque()
    }
    unsafe installReading(callbacks)
    // GDAL 3.6 keeps the pointer: the copy of the prefix is never freed.
    _ = unsafe VSIInstallPluginHandler(CPLStrdup(Self.prefix), callbacks)
  }

  private static func installReading(_ callbacks: UnsafeMutablePointer<VSIFilesystemPluginCallbacksStruct>) {
    unsafe callbacks.pointee.tell = { file in unsafe UInt64(handle(file)?.position ?? 0) }
    unsafe callbacks.pointee.eof = { file in unsafe handle(file)?.isAtEnd == false ? 0 : 1 }
    unsafe callbacks.pointee.seek = { file, offset, origin in unsafe handle(file)?.seek(offset, origin) ?? -1 }
    unsafe callbacks.pointee.read = { file, target, size, count in
      guard let handle = unsafe handle(file), let target = unsafe target, size > 0 else { return 0 }
      let bytes = size.multipliedReportingOverflow(by: count)
      guard !bytes.overflow else { return 0 }
      return unsafe handle.read(into: UnsafeMutableRawBufferPointer(start: target, count: bytes.partialValue)) / size
    }
    unsafe callbacks.pointee.read_multi_range = { file, count, targets, offsets, sizes in
      guard let handle = unsafe handle(file), let targets = unsafe targets, let offsets = unsafe offsets,
        let sizes = unsafe sizes
      else { return -1 }
      let parts = (0..<Int(count)).map { index in
        unsafe VirtualFileHandle.Part(
          offset: Int64(clamping: offsets[index]),
          target: UnsafeMutableRawBufferPointer(start: targets[index], count: sizes[index]))
      }
      return handle.read(parts) ? 0 : -1
    }
    unsafe callbacks.pointee.close = { file in
      // Pairs with open; GDAL does not use the handle afterwards.
      if let file = unsafe file { unsafe Unmanaged<VirtualFileHandle>.fromOpaque(file).release() }
      return 0
    }
  }
}

private func handle(_ file: UnsafeMutableRawPointer?) -> VirtualFileHandle? {
  unsafe file.map { unsafe Unmanaged<VirtualFileHandle>.fromOpaque($0).takeUnretainedValue() }
}

/// An open virtual file; used by one thread at a time, as GDAL's files are.
private final class VirtualFileHandle {
  @safe struct Part {
    let offset: Int64
    let target: UnsafeMutableRawBufferPointer
  }

  private let source: any VirtualFileSource
  private(set) var position: Int64 = 0
  private(set) var isAtEnd = false

  init(_ source: any VirtualFileSource) { self.source = source }

  /// fseek(3).
  func seek(_ offset: vsi_l_offset, _ origin: Int32) -> Int32 {
    let start: Int64
    switch origin {
    case SEEK_SET: start = 0
    case SEEK_CUR: start = position
    case SEEK_END: start = source.byteCount
    default: return -1
    }
    // Steps back come as numbers that wrap.
    let target = start.addingReportingOverflow(Int64(bitPattern: offset))
    guard !target.overflow, target.partialValue >= 0 else { return -1 }
    position = target.partialValue
    isAtEnd = false
    return 0
  }

  /// fread(3): the count of bytes, 0 where the source fails.
  func read(into target: UnsafeMutableRawBufferPointer) -> Int {
    guard let count = try? unsafe source.read(at: position, into: target) else { return 0 }
    position += Int64(count)
    if count < target.count { isAtEnd = true }
    return count
  }

  /// Reads parts whole; false where one cannot be.
  func read(_ parts: [Part]) -> Bool {
    do throws(GeoError) {
      try source.fetch(
        parts.map { part in
          let end = unsafe part.offset.addingReportingOverflow(Int64(part.target.count))
          return part.offset..<(end.overflow ? Int64.max : end.partialValue)
        })
      for part in parts {
        guard try unsafe source.read(at: part.offset, into: part.target) == part.target.count else { return false }
      }
      return true
    } catch {
      return false
    }
  }
}
