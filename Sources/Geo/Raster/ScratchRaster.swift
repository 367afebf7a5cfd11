import Foundation
import Glibc

/// A raster of one band that a computation fills: row by row, shared by threads, in memory that the disk may take back.
///
/// Small rasters lie in anonymous memory. Larger ones are mapped from a file without a name in `folder`: whatever ends
/// the process, the file goes with it. Its space is taken at once, so that a full disk is an error here and not a signal
/// in the middle of the work.
// @safe: the mapping lives as long as the object, which alone unmaps it, and has the bytes that its size says.
@safe public final class ScratchRaster<Value: PixelValue>: @unchecked Sendable {
  // @unchecked: the mapping lives as long as the object and never moves; `pixels` hands out plain memory, of which every
  // thread writes pixels of its own, and which is read after the writers have ended.

  /// The most bytes of a raster that gets no file, as a rule.
  public static var memoryBytes: Int { 64 << 20 }

  /// Number of columns.
  public let width: Int
  /// Number of rows.
  public let height: Int
  /// Bytes on the disk; 0 where the raster lies in memory alone.
  public let fileBytes: Int
  private let mapping: UnsafeMutableRawPointer
  private let byteCount: Int

  /// A raster of zeros.
  ///
  /// - Parameters:
  ///   - folder: where its file is made, if it needs one.
  ///   - memoryLimit: the most bytes of a raster without a file.
  /// - Throws: `limitExceeded` for a size of no pixels or beyond memory, `unwritable` where the disk is full.
  public init(width: Int, height: Int, folder: String, memoryLimit limit: Int = memoryBytes) throws(GeoError) {
    let bytes = width.multipliedReportingOverflow(by: height).partialValue
      .multipliedReportingOverflow(by: MemoryLayout<Value>.stride)
    guard width > 0, height > 0, width <= Int(Int32.max), height <= Int(Int32.max), !bytes.overflow else {
      throw GeoError(.limitExceeded, "ScratchRaster", "The raster has no pixels, or more than memory can hold.")
    }
    self.width = width
    self.height = height
    byteCount = bytes.partialValue
    if byteCount <= limit {
      fileBytes = 0
      unsafe mapping = try ScratchMapping.anonymous(byteCount)
    } else {
      fileBytes = byteCount
      unsafe mapping = try ScratchMapping.file(byteCount, folder: folder)
    }
  }

  deinit { unsafe munmap(mapping, byteCount) }

  /// The pixels, row-major from the upper left; valid while the raster lives.
  public var pixels: UnsafeMutableBufferPointer<Value> {
    unsafe UnsafeMutableBufferPointer(start: mapping.assumingMemoryBound(to: Value.self), count: width * height)
  }

  /// Lets go of the pages in memory; a raster with a file keeps its pixels there.
  public func releaseMemory() {
    if fileBytes > 0 { unsafe madvise(mapping, byteCount, Int32(MADV_DONTNEED)) }
  }
}

/// Memory of the operating system.
private enum ScratchMapping {
  static func anonymous(_ count: Int) throws(GeoError) -> UnsafeMutableRawPointer {
    try unsafe map(count, MAP_PRIVATE | Int32(0x20), file: -1)
  }

  static func file(_ count: Int, folder: String) throws(GeoError) -> UnsafeMutableRawPointer {
    var template = Array((folder + "/.scratch-XXXXXX").utf8CString)
    let file = unsafe mkstemp(&template)
    guard file >= 0 else { throw unwritable }
    defer { close(file) }
    unsafe unlink(template)
    // Unlike ftruncate it takes the space: a page that cannot be written would end the process with SIGBUS.
    guard posix_fallocate(file, 0, count) == 0 else { throw unwritable }
    return try unsafe map(count, MAP_SHARED, file: file)
  }

  private static func map(_ count: Int, _ flags: Int32, file: Int32) throws(GeoError) -> UnsafeMutableRawPointer {
    guard let mapped = unsafe mmap(nil, count, PROT_READ | PROT_WRITE, flags, file, 0),
      unsafe mapped != UnsafeMutableRawPointer(bitPattern: -1)
    else { throw GeoError(.limitExceeded, "mmap", "There is not enough memory for the raster.") }
    return unsafe mapped
  }

  private static let unwritable = GeoError(
    .unwritable, "ScratchRaster", "The scratch file cannot be made: the disk is full, or a limit is met.")
}
