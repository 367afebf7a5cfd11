import Foundation
import Synchronization

/// The bytes of a file that GDAL reads through us: it lies elsewhere, and only what is read of it is fetched.
///
/// Several threads ask at once. After a failure every call fails.
public protocol VirtualFileSource: AnyObject, Sendable {
  /// The size of the whole file.
  var byteCount: Int64 { get }
  /// Why nothing more can be read, nil while all is well.
  var failure: GeoError? { get }
  /// What has been fetched so far.
  var traffic: VirtualFileTraffic { get }
  /// Reads bytes, as many as there are room and file; less than asked for at the end of the file only.
  func read(at offset: Int64, into target: UnsafeMutableRawBufferPointer) throws(GeoError) -> Int
  /// Has ranges fetched that are about to be read, together.
  func fetch(_ ranges: [Range<Int64>]) throws(GeoError)
}

/// What was fetched of a file that lies elsewhere.
public struct VirtualFileTraffic: Sendable, Hashable {
  /// Requests to its server.
  public let requests: Int
  /// Bytes that came, of the file's content.
  public let bytes: Int64

  public init(requests: Int, bytes: Int64) {
    self.requests = requests
    self.bytes = bytes
  }
}

/// A file that lies elsewhere, under a path by which this module opens it as long as this value lives.
public final class VirtualFile: Sendable {
  /// A path that nobody can guess.
  public let path: String

  private static let sources = Mutex<[String: any VirtualFileSource]>([:])

  /// Gives a source a path.
  public init(_ source: any VirtualFileSource) {
    let path = VirtualFileSystem.prefix + UUID().uuidString
    self.path = path
    Self.sources.withLock { $0[path] = source }
  }

  deinit { Self.sources.withLock { $0[path] = nil } }

  /// The source with a path, nil where there is none.
  static func source(at path: String) -> (any VirtualFileSource)? { sources.withLock { $0[path] } }

  /// What was fetched so far of the file with a path, and its size; nil for a file of this machine.
  public static func traffic(at path: String) -> (traffic: VirtualFileTraffic, byteCount: Int64)? {
    source(at: path).map { ($0.traffic, $0.byteCount) }
  }
}

extension VirtualFileSource {
  /// The bytes at an offset, less than asked for at the end of the file only.
  func bytes(at offset: Int, count: Int) throws(GeoError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    var failure: GeoError?
    let found = unsafe bytes.withUnsafeMutableBytes { target in
      do throws(GeoError) {
        return try unsafe read(at: Int64(offset), into: target)
      } catch {
        failure = error
        return 0
      }
    }
    if let failure { throw failure }
    return Array(bytes.prefix(found))
  }
}
