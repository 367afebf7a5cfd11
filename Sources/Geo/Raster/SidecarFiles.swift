import Foundation

/// The files that GDAL and others put beside a local image and that say more of it.
struct SidecarFiles {
  /// The mask, `IMAGE.msk`: a GeoTIFF that tells which pixels are valid.
  let mask: String?
  /// The description, `IMAGE.aux.xml` (GDAL's persistent auxiliary metadata): nodata, scale and the like.
  private let description: String?
  /// The largest description that is read.
  private static let mostBytes = 8 << 20

  /// The names without their folder.
  var names: [String] { [mask, description].compactMap(\.self) }

  /// Looks beside an image; nothing lies beside what has no place of its own.
  ///
  /// - Parameter path: as GDAL gets it.
  /// - Throws: ``GeoError`` where there is one that cannot be used: without it pixels would be read as something else.
  init(of path: String) throws(GeoError) {
    guard VirtualFile.source(at: path) == nil else {
      (mask, description) = (nil, nil)
      return
    }
    mask = try Self.found(path + ".msk") { (mask) throws(GeoError) in
      do throws(GeoError) {
        _ = try RasterFileCheck.acceptedPath(mask, formats: [.geoTIFF])
      } catch {
        throw Self.unusable(mask, error.summary)
      }
    }
    description = try Self.found(path + ".aux.xml", Self.checkDescription)
  }

  private static func found(
    _ path: String, _ check: (String) throws(GeoError) -> Void
  ) throws(GeoError) -> String? {
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    try check(path)
    return name(of: path)
  }

  /// Only what speaks of the image itself: a description can also name a file to read overviews from.
  private static func checkDescription(_ path: String) throws(GeoError) {
    let file = try FileBytes(path: path)
    guard file.count <= mostBytes, let bytes = file.bytes(at: 0, count: file.count) else {
      throw unusable(path, "It cannot be read, or is larger than \(mostBytes >> 20) MB.")
    }
    guard !String(decoding: bytes, as: UTF8.self).contains("OVERVIEW_FILE") else {
      throw unusable(path, "It names another file.")
    }
  }

  /// Refuses a mask that GDAL has passed over, as it does without a word.
  func checkMask(of information: RasterInformation) throws(GeoError) {
    guard let mask, !information.bands.allSatisfy(\.maskKind.isStored) else { return }
    throw Self.unusable(mask, "It is damaged, or of another size than the image.")
  }

  private static func unusable(_ file: String, _ why: String) -> GeoError {
    GeoError(.unsupported, "RasterDataset", "\(name(of: file)) beside the image cannot be used: \(why)")
  }

  static func name(of path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }
}
