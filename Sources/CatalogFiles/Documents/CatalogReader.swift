import Foundation
public import StacModel

/// Reads the STAC documents of one JSON file, its relative hrefs resolved against it.
public enum CatalogReader {
  /// - Parameter address: the URL that the file will have where its hrefs are followed, which they are resolved against
  ///   instead; nil where that is here.
  /// - Throws: ``SourceFailure`` where the file cannot be read.
  public static func documents(
    ofFile path: String, publishedAs address: String? = nil
  ) throws(SourceFailure) -> StacDocuments {
    let absolute = URL(fileURLWithPath: path).standardizedFileURL.path
    guard let data = FileManager.default.contents(atPath: absolute) else {
      throw SourceFailure("\(path) cannot be read, or there is no such file")
    }
    let base = address.map { DocumentBase.published(file: absolute, address: $0) } ?? .file(absolute)
    return SourceDocument(place: path, base: base, text: Array(data)).contents()
  }

  /// The JSON object of a file that may be no whole STAC document yet, its relative hrefs resolved against the file.
  ///
  /// - Throws: ``SourceFailure`` where the file cannot be read or holds no JSON object.
  public static func template(ofFile path: String) throws(SourceFailure) -> JSONObject {
    let absolute = URL(fileURLWithPath: path).standardizedFileURL.path
    guard let data = FileManager.default.contents(atPath: absolute) else {
      throw SourceFailure("\(path) cannot be read, or there is no such file")
    }
    do throws(JSONSyntaxError) {
      guard let object = try JSONParser.parse(Array(data)).object else {
        throw JSONSyntaxError(position: 0, message: "no object was found")
      }
      return DocumentBase.file(absolute).resolving(object)
    } catch {
      throw SourceFailure("\(path) is no JSON object: \(error)")
    }
  }
}
