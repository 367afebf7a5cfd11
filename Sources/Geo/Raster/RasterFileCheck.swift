import Foundation

/// Looks at a path and the structure of its file before GDAL may.
enum RasterFileCheck {
  /// The absolute path of a regular local file that starts like one of the formats, and whose directories
  /// or boxes can be walked to an end.
  static func acceptedPath(_ path: String, formats: [RasterFormat]) throws(GeoError) -> String {
    let absolute = try plainPath(path)
    let head = try firstBytes(of: absolute)
    guard let found = RasterFormat(head: head) else {
      throw GeoError(.notARaster, "RasterDataset", "The file is \(describe(head)), not a GeoTIFF or JPEG 2000 image.")
    }
    guard formats.contains(found) else {
      throw GeoError(
        .notARaster, "RasterDataset", "The file is of format \(found.rawValue), which is not allowed here.")
    }
    switch found {
    case .geoTIFF: try TIFFDirectoryCheck.check(path: absolute)
    case .jpeg2000: try JPEG2000BoxCheck.check(path: absolute)
    }
    return absolute
  }

  /// Absolute, no virtual file system, no subdataset syntax: what is left can only name a file.
  private static func plainPath(_ path: String) throws(GeoError) -> String {
    // Only what this program has made itself has such a path.
    if VirtualFile.source(at: path) != nil { return path }
    guard !path.isEmpty, !path.utf8.contains(0) else {
      throw GeoError(.pathRefused, "RasterDataset", "The path of the image is empty or holds a null byte.")
    }
    let absolute = URL(fileURLWithPath: path).standardizedFileURL.path
    let isVirtual = [path, absolute].contains { $0.lowercased().hasPrefix("/vsi") }
    let hasScheme = !path.hasPrefix("/") && path.prefix { $0 != "/" }.contains(":")
    guard !isVirtual, !hasScheme else {
      throw GeoError(.pathRefused, "RasterDataset", "Only plain paths of local files can be opened as images.")
    }
    guard let attributes = try? FileManager.default.attributesOfItem(atPath: resolved(absolute)) else {
      throw GeoError(.pathRefused, "RasterDataset", "The image file does not exist.")
    }
    guard attributes[.type] as? FileAttributeType == .typeRegular else {
      throw GeoError(.pathRefused, "RasterDataset", "The image is not a regular file.")
    }
    return absolute
  }

  private static func resolved(_ path: String) -> String {
    URL(fileURLWithPath: path).resolvingSymlinksInPath().path
  }

  private static func firstBytes(of path: String) throws(GeoError) -> [UInt8] {
    let file = try FileBytes(path: path)
    return file.bytes(at: 0, count: min(file.count, 512)) ?? []
  }

  private static let signatures: [(bytes: [UInt8], name: String)] = [
    ([0x89, 0x48, 0x44, 0x46], "HDF5 or NetCDF-4"), ([0x43, 0x44, 0x46], "NetCDF"),
    ([0x89, 0x50, 0x4E, 0x47], "a PNG image"), ([0xFF, 0xD8, 0xFF], "a JPEG image"),
    ([0x50, 0x4B, 3, 4], "a ZIP archive"), ([0x1F, 0x8B], "gzip-compressed"), ([0x25, 0x50, 0x44, 0x46], "a PDF"),
    ([0x47, 0x52, 0x49, 0x42], "GRIB"), ([0x53, 0x51, 0x4C, 0x69], "an SQLite database (GeoPackage?)"),
  ]

  /// What the file seems to be, as the end of "The file is …".
  private static func describe(_ head: [UInt8]) -> String {
    if head.isEmpty { return "empty" }
    if let known = signatures.first(where: { head.starts(with: $0.bytes) }) { return known.name }
    let text = String(decoding: head, as: UTF8.self).lowercased().trimmingCharacters(in: .whitespacesAndNewlines)
    if text.contains("<vrtdataset") { return "a VRT (an XML document that refers to other files)" }
    if text.contains("<!doctype html") || text.contains("<html") { return "an HTML page" }
    if text.contains("<gdal_wms") { return "a GDAL web service description" }
    if text.hasPrefix("<") { return "an XML document" }
    if text.hasPrefix("{") || text.hasPrefix("[") { return "a JSON document" }
    if text.hasPrefix("version https://git-lfs") { return "a Git LFS pointer" }
    return "of an unknown format"
  }
}

extension RasterFormat {
  /// The format of a file by its first 12 bytes, nil for any other: TIFF and BigTIFF in both byte orders; the JP2 signature
  /// box and a bare code stream.
  public init?(head: [UInt8]) {
    let tiff: [[UInt8]] = [[73, 73, 42, 0], [77, 77, 0, 42], [73, 73, 43, 0], [77, 77, 0, 43]]
    let jp2: [UInt8] = [0, 0, 0, 12, 0x6A, 0x50, 0x20, 0x20, 0x0D, 0x0A, 0x87, 0x0A]
    if tiff.contains(where: head.starts(with:)) {
      self = .geoTIFF
    } else if head.starts(with: jp2) || head.starts(with: [0xFF, 0x4F, 0xFF, 0x51]) {
      self = .jpeg2000
    } else {
      return nil
    }
  }
}
