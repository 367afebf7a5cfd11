import Foundation
import Glibc

/// The bytes of a file or of standard input as they come, decompressed where they begin as gzip does.
///
/// Reading blocks; not for several threads at once.
final class InputBytes {
  private let handle: FileHandle
  private let name: String
  private var inflater: Inflater?
  private var hasBegun = false
  /// How many bytes of the file itself have been read.
  private(set) var bytesRead = 0

  /// - Parameter path: an absolute path, nil for standard input.
  init(path: String?) throws(SourceFailure) {
    name = path ?? "standard input"
    guard let path else {
      handle = .standardInput
      return
    }
    guard let opened = FileHandle(forReadingAtPath: path) else { throw SourceFailure("\(path) cannot be read") }
    handle = opened
  }

  /// Whether what is read is decompressed; known once something was read.
  var isCompressed: Bool { inflater != nil }

  /// The next bytes, none at the end; not so many that malloc would fetch them from the system each time.
  func read(upTo count: Int = 64 << 10) throws(SourceFailure) -> [UInt8] {
    do {
      while true {
        // What 64 KiB of gzip unpack to is 66 MiB at most.
        let bytes = try some(min(count, 64 << 10))
        if !hasBegun, Inflater.isGzip(bytes) { inflater = try Inflater() }
        hasBegun = true
        bytesRead += bytes.count
        guard let inflater else { return bytes }
        guard !bytes.isEmpty else {
          try inflater.finish()
          return []
        }
        let inflated = try inflater.inflate(bytes)
        if !inflated.isEmpty { return inflated }
      }
    } catch let failure as Inflater.Failure {
      throw SourceFailure("\(name): \(failure)")
    } catch {
      throw error as? SourceFailure ?? SourceFailure("\(name) cannot be read: \(error.localizedDescription)")
    }
  }

  /// What there is to read now, as many bytes as wanted at most; a pipe is not waited for until it has given them all.
  private func some(_ count: Int) throws(SourceFailure) -> [UInt8] {
    var number: Int32 = 0
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      var result = 0
      repeat {
        result = unsafe Glibc.read(handle.fileDescriptor, buffer.baseAddress, count)
        number = result < 0 ? errno : 0
      } while number == EINTR
      filled = max(result, 0)
    }
    guard number == 0 else {
      throw SourceFailure("\(name) cannot be read: \(unsafe String(cString: strerror(number)))")
    }
    return bytes
  }

  /// Goes to a byte of a file that is not compressed.
  func seek(to offset: Int) throws(SourceFailure) {
    do {
      try handle.seek(toOffset: UInt64(offset))
      bytesRead = offset
    } catch {
      throw SourceFailure("\(name) cannot be read: \(error.localizedDescription)")
    }
  }
}
