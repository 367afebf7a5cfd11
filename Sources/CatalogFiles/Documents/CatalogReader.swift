import Foundation

/// Reads the STAC documents of one JSON file, its relative hrefs resolved against it.
public enum CatalogReader {
  /// - Throws: ``SourceFailure`` where the file cannot be read.
  public static func documents(ofFile path: String) throws(SourceFailure) -> StacDocuments {
    let absolute = URL(fileURLWithPath: path).standardizedFileURL.path
    guard let data = FileManager.default.contents(atPath: absolute) else {
      throw SourceFailure("\(path) cannot be read, or there is no such file")
    }
    return SourceDocument(place: path, base: .file(absolute), text: Array(data)).contents()
  }
}
