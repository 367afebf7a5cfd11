internal import CGeo
import Foundation
import Synchronization

/// A folder through which a driver of GDAL writes files for as long as they are wanted.
///
/// Drivers complete a file when it is closed, wanted or not, and ask nobody: FlatGeobuf then sorts all features and writes
/// them a second time. Its files are opened through here, where every read and every write asks first. What is refused is
/// a failure of the disk to the driver, which gives up at once. Only sorting, between its reads and writes, goes on to its
/// end: of millions of features a second or two, where the cancellation comes just then.
final class RevocableFolder: Sendable {
  /// How the paths begin by which GDAL finds such folders.
  static let prefix = "/vsignomonout/"

  private let name = UUID().uuidString
  private let access: Access
  private static let folders = Mutex<[String: Access]>([:])

  /// What handles of files share.
  fileprivate final class Access: Sendable {
    let folder: String
    private let isRefused = Mutex<@Sendable () -> Bool>({ false })
    private let hasFailed = Atomic(false)

    init(_ folder: String) { self.folder = folder }

    func refuse(_ question: @escaping @Sendable () -> Bool) { isRefused.withLock { $0 = question } }
    /// Whether the files may be used; that they may not is a failure, too.
    var isGranted: Bool {
      let isGranted = !isRefused.withLock { $0 }()
      if !isGranted { fail() }
      return isGranted
    }
    func fail() { hasFailed.store(true, ordering: .relaxed) }
    var failed: Bool { hasFailed.load(ordering: .relaxed) }
  }

  /// The folder of the disk that stands behind this one.
  init(_ folder: String) {
    access = Access(folder)
    let (name, access) = (name, access)
    Self.folders.withLock { $0[name] = access }
  }

  deinit {
    let name = name
    Self.folders.withLock { $0[name] = nil }
  }

  /// The path by which GDAL opens a file of the folder.
  func path(_ file: String) -> String { Self.prefix + name + "/" + file }

  /// Has files refused as soon as a question, asked by whoever reads or writes, is answered with yes.
  func refuse(when question: @escaping @Sendable () -> Bool) { access.refuse(question) }

  /// Whether something was refused, or could not be written: not every driver looks.
  var hasFailed: Bool { access.failed }

  /// What stands behind a path without the prefix: of a folder that is gone, or refuses, nothing does.
  fileprivate static func find(_ name: UnsafePointer<CChar>?) -> (access: Access, path: String)? {
    guard let name = unsafe name else { return nil }
    let parts = unsafe String(cString: name).split(separator: "/")
    guard parts.count == 2, let access = folders.withLock({ $0[String(parts[0])] }), access.isGranted else {
      return nil
    }
    return (access, access.folder + "/" + parts[1])
  }

  /// Tells GDAL of such folders, once a process.
  static func install() {
    // GDAL copies what the structure holds.
    guard let callbacks = unsafe VSIAllocFilesystemPluginCallbacksStruct() else { return }
    defer { unsafe VSIFreeFilesystemPluginCallbacksStruct(callbacks) }
    unsafe callbacks.pointee.stat = { _, name, status, flags in
      guard let file = unsafe RevocableFolder.find(name) else { return -1 }
      return unsafe VSIStatExL(file.path, status, flags)
    }
    unsafe callbacks.pointee.unlink = { _, name in
      guard let file = unsafe RevocableFolder.find(name) else { return -1 }
      return unsafe VSIUnlink(file.path)
    }
    unsafe callbacks.pointee.open = { _, name, mode in
      guard let file = unsafe RevocableFolder.find(name), let opened = unsafe VSIFOpenL(file.path, mode) else {
        return nil
      }
      // Released by close.
      return unsafe Unmanaged.passRetained(RevocableFile(opened, file.access)).toOpaque()
    }
    unsafe installAccess(callbacks)
    // GDAL 3.6 keeps the pointer: the copy of the prefix is never freed.
    _ = unsafe VSIInstallPluginHandler(CPLStrdup(Self.prefix), callbacks)
  }

  private static func installAccess(_ callbacks: UnsafeMutablePointer<VSIFilesystemPluginCallbacksStruct>) {
    unsafe callbacks.pointee.tell = { file in unsafe revocable(file).map { unsafe VSIFTellL($0.file) } ?? 0 }
    unsafe callbacks.pointee.seek = { file, offset, origin in
      unsafe revocable(file).map { unsafe VSIFSeekL($0.file, offset, origin) } ?? -1
    }
    unsafe callbacks.pointee.eof = { file in unsafe revocable(file).map { unsafe VSIFEofL($0.file) } ?? 1 }
    unsafe callbacks.pointee.read = { file, target, size, count in
      guard let handle = unsafe revocable(file), let target = unsafe target, size > 0 else { return 0 }
      return unsafe handle.read(UnsafeMutableRawBufferPointer(start: target, count: size * count)) / size
    }
    unsafe callbacks.pointee.write = { file, source, size, count in
      guard let handle = unsafe revocable(file), let source = unsafe source, size > 0 else { return 0 }
      return unsafe handle.write(UnsafeRawBufferPointer(start: source, count: size * count)) / size
    }
    unsafe callbacks.pointee.close = { file in
      guard let file = unsafe file else { return -1 }
      // Pairs with open; GDAL does not use the handle afterwards.
      return unsafe Unmanaged<RevocableFile>.fromOpaque(file).takeRetainedValue().close()
    }
  }
}

private func revocable(_ file: UnsafeMutableRawPointer?) -> RevocableFile? {
  unsafe file.map { unsafe Unmanaged<RevocableFile>.fromOpaque($0).takeUnretainedValue() }
}

/// An open file of such a folder; used by one thread at a time, as GDAL's files are.
// @safe: GDAL, which alone has the object, closes the file once and does not use it afterwards.
@safe private final class RevocableFile {
  let file: UnsafeMutablePointer<VSILFILE>
  let access: RevocableFolder.Access
  /// Bytes between two questions: drivers write a hundred megabytes at once.
  private static let step = 1 << 20

  init(_ file: UnsafeMutablePointer<VSILFILE>, _ access: RevocableFolder.Access) {
    unsafe self.file = file
    self.access = access
  }

  /// The count of bytes that were written, fewer where the disk is full or the file is refused.
  func write(_ bytes: UnsafeRawBufferPointer) -> Int {
    var written = 0
    while written < bytes.count, access.isGranted {
      let part = unsafe UnsafeRawBufferPointer(rebasing: bytes[written..<min(written + Self.step, bytes.count)])
      let count = unsafe VSIFWriteL(part.baseAddress, 1, part.count, file)
      written += count
      if count < part.count { break }
    }
    if written < bytes.count { access.fail() }
    return written
  }

  /// The count of bytes that were read, fewer at the end of the file or where it is refused.
  func read(_ target: UnsafeMutableRawBufferPointer) -> Int {
    var found = 0
    while found < target.count, access.isGranted {
      let part = unsafe UnsafeMutableRawBufferPointer(
        rebasing: target[found..<min(found + Self.step, target.count)])
      let count = unsafe VSIFReadL(part.baseAddress, 1, part.count, file)
      found += count
      if count < part.count { break }
    }
    return found
  }

  func close() -> Int32 {
    let code = unsafe VSIFCloseL(file)
    if code != 0 { access.fail() }
    return code
  }
}
