import Digests
import Foundation
import Geo

extension SourceFile {
  /// What is known of a file before its pixels are read.
  enum Proof: String, Sendable {
    /// Its checksum is compared.
    case checksum
    /// Only parts are read, whose own checks (those of the compression) have to do.
    case partial
    /// Its item names no checksum.
    case none
  }

  /// Whether the checksum is compared: of JPEG 2000 always, as nothing else tells that bytes in the middle are damaged; of a
  /// GeoTIFF where all of it is read anyway.
  func proof(readsAll: Bool) -> Proof {
    guard checksum != nil else { return .none }
    let isWhole = information.format == .jpeg2000 || readsAll
    return isWhole && VirtualFile.traffic(at: path) == nil ? .checksum : .partial
  }

  /// Compares the file with its checksum.
  ///
  /// - Returns: a sentence where the checksum is of no kind that can be computed here.
  /// - Throws: ``InferenceError`` where the file is another one, or `CancellationError`.
  func verify(isCancelled: () -> Bool) throws -> String? {
    guard let checksum else { return nil }
    guard let multihash = try? Multihash(hexadecimal: checksum) else {
      return
        "The file:checksum of asset '\(asset)' is no multihash that is computed here: the file was not compared with it."
    }
    guard try digest(multihash.algorithm, isCancelled) == multihash.digest else {
      throw InferenceError(
        .checksum, "Asset '\(asset)': The file is not the one that file:checksum names: it was changed or damaged.")
    }
    return nil
  }

  private func digest(_ algorithm: DigestAlgorithm, _ isCancelled: () -> Bool) throws -> [UInt8] {
    guard let file = FileHandle(forReadingAtPath: path) else {
      throw InferenceError(.unreadableImage, "Asset '\(asset)': The image file may not be read.")
    }
    do {
      var digest = try Digest(algorithm)
      while let part = try file.read(upToCount: 4 << 20), !part.isEmpty {
        if isCancelled() { throw CancellationError() }
        try digest.update(part)
      }
      return try digest.finalize()
    } catch is CancellationError {
      throw CancellationError()
    } catch {
      throw InferenceError(.unreadableImage, "Asset '\(asset)': The image file cannot be read to its end.")
    }
  }
}
