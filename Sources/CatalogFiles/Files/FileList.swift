import Foundation

/// The files that the paths of a command name: folders are walked, in a fixed order.
public struct FileList: Sendable {
  /// One file that may hold STAC documents.
  struct File: Sendable {
    let path: String
    let size: Int
    let changed: TimeInterval
    /// Whether it holds one document a line.
    let isLineDelimited: Bool
    /// Whether its first document is a collection.
    let beginsWithCollection: Bool
  }

  let files: [File]
  /// The paths as they were given, absolute.
  let paths: [String]

  /// Finds the files below the paths; a file that is named is taken whatever its name, in folders those are whose names
  /// end in `.json`, `.geojson`, `.ndjson`, `.jsonl` or `.geojsonl`, or in one of these and `.gz`.
  ///
  /// Files of lines come in the order of their names, those that begin with a collection first.
  ///
  /// - Throws: ``SourceFailure`` for a path that does not exist, or that is neither a file nor a folder: a pipe gives
  ///   its bytes once, and what was looked at beforehand would be missing when it is read.
  public init(paths: [String]) throws(SourceFailure) {
    var files: [File] = []
    self.paths = paths.map { URL(fileURLWithPath: $0).standardizedFileURL.path }
    for (path, absolute) in zip(paths, self.paths) {
      guard let status = FileStatus(path: absolute) else {
        throw SourceFailure("\(path): there is no such file or folder")
      }
      guard status.isFile || status.isFolder else {
        throw SourceFailure(
          "\(path) is neither a file nor a folder; what a pipe gives is loaded from standard input (-)")
      }
      files += (status.isFolder ? Self.walk(absolute) : [absolute]).map(File.init(path:))
    }
    self.files =
      files.filter { !$0.isLineDelimited } + files.filter { $0.isLineDelimited && $0.beginsWithCollection }
      + files.filter { $0.isLineDelimited && !$0.beginsWithCollection }
  }

  /// The size of all files together.
  var byteCount: Int { files.reduce(0) { $0 + $1.size } }

  private static let endings: Set<String> = ["json", "geojson", "ndjson", "jsonl", "geojsonl"]

  private static func walk(_ folder: String) -> [String] {
    let entries = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
    return entries.sorted().filter { endings.contains(ending(of: $0)) }.map { folder + "/" + $0 }
      .filter { FileStatus(path: $0)?.isFile ?? true }
  }

  /// The ending of a name in lower case, that before `.gz` where it is compressed.
  fileprivate static func ending(of path: String) -> String {
    let name = path.lowercased() as NSString
    return (name.pathExtension == "gz" ? name.deletingPathExtension as NSString : name).pathExtension
  }
}

extension FileList.File {
  /// Looks at the file's size and its first bytes; a file that cannot be read is found out when it is read.
  init(path: String) {
    self.path = path
    let status = FileStatus(path: path)
    size = status?.size ?? 0
    changed = status?.changed ?? 0
    let head = (try? InputBytes(path: path).read(upTo: 64 << 10)) ?? []
    let first = head.prefix { $0 != 0x0A }
    let isNamedLines = ["ndjson", "jsonl", "geojsonl"].contains(FileList.ending(of: path))
    isLineDelimited = isNamedLines || Self.holdsLines(first, rest: head.dropFirst(first.count))
    beginsWithCollection = Data(first).range(of: Data("\"Collection\"".utf8)) != nil
  }

  /// Whether a file that is named otherwise holds one object a line: a whole one on the first and another behind it.
  private static func holdsLines(_ first: ArraySlice<UInt8>, rest: ArraySlice<UInt8>) -> Bool {
    first.first == UInt8(ascii: "{") && first.last { $0 > 0x20 } == UInt8(ascii: "}")
      && rest.first { $0 > 0x20 } == UInt8(ascii: "{")
  }
}
