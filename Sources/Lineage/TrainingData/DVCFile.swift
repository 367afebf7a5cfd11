import StacModel
import YAMLValues

/// What a file of DVC says about data that is kept outside Git: `*.dvc` of `dvc add`, or the `dvc.lock` of a pipeline.
///
/// Source: DVC user guide, project structure, `.dvc` files and `dvc.lock`.
public struct DVCFile: Sendable, Hashable {
  /// One file or folder that DVC tracks.
  public struct Entry: Sendable, Hashable {
    /// Where it lies, relative to the file of DVC (below its `wdir`), with `/`.
    public let path: String
    /// MD5 in hexadecimal; of a folder that of DVC's listing of it, with `.dir` behind it; nil where it is not recorded.
    public let md5: String?
    /// Bytes, of a folder of all its files.
    public let size: Int64?
    /// How many files a folder holds.
    public let fileCount: Int64?
    /// The remote that has it, nil for the default one.
    public let remote: String?
    /// Where it was imported from, as `dvc import` and `dvc import-url` note it.
    public let origin: String?
    /// The stage of a pipeline that it belongs to.
    public let stage: String?

    /// Whether it is a folder.
    public var isFolder: Bool { md5?.hasSuffix(".dir") == true }
  }

  /// What is tracked, or made by the stages.
  public let outputs: [Entry]
  /// What it is made of, where that is known.
  public let dependencies: [Entry]

  private static let mostEntries = 2_000

  /// Reads a `*.dvc` file or a `dvc.lock`.
  ///
  /// - Throws: ``TrainingDataError`` where it is no YAML within the limits, or nothing that DVC writes.
  public init(_ bytes: [UInt8]) throws(TrainingDataError) {
    guard let root = try YAMLText.trainingData(bytes).object else {
      throw TrainingDataError("a file of DVC holds a mapping with outs or stages")
    }
    var outputs: [Entry] = []
    var dependencies: [Entry] = []
    if let stages = root["stages"]?.object {
      for stage in stages.members {
        guard let members = stage.value.object else {
          throw TrainingDataError("the stage '\(stage.name)' is no mapping")
        }
        outputs += try Self.entries(members["outs"], in: "", stage: stage.name)
        dependencies += try Self.entries(members["deps"], in: "", stage: stage.name)
      }
    } else {
      let folder = root["wdir"]?.string ?? ""
      outputs = try Self.entries(root["outs"], in: folder, stage: nil)
      dependencies = try Self.entries(root["deps"], in: folder, stage: nil)
    }
    guard !outputs.isEmpty else { throw TrainingDataError("the file names no outs, which is what DVC tracks") }
    guard outputs.count + dependencies.count <= Self.mostEntries else {
      throw TrainingDataError("the file names more than \(Self.mostEntries) files")
    }
    self.outputs = outputs
    self.dependencies = dependencies
  }

  private static func entries(
    _ value: JSONValue?, in folder: String, stage: String?
  ) throws(TrainingDataError) -> [Entry] {
    guard let value else { return [] }
    guard let elements = value.array else { throw TrainingDataError("outs and deps must be lists") }
    var entries: [Entry] = []
    for element in elements { entries.append(try entry(element, in: folder, stage: stage)) }
    return entries
  }

  private static func entry(
    _ value: JSONValue, in folder: String, stage: String?
  ) throws(TrainingDataError) -> Entry {
    guard let object = value.object, let path = object["path"]?.string, !path.isEmpty else {
      throw TrainingDataError("an entry has no path")
    }
    let md5 = object["md5"].flatMap(text)
    if let md5, !isMD5(md5) { throw TrainingDataError("the md5 of '\(path.prefix(100))' is none: '\(md5.prefix(64))'") }
    let origin = object["repo"]?.object.flatMap { repository in
      repository["url"]?.string.map { url in
        (repository["rev_lock"] ?? repository["rev"])?.string.map { "\(url)@\($0)" } ?? url
      }
    }
    return Entry(
      path: folder.isEmpty || folder == "." ? path : "\(folder)/\(path)", md5: md5, size: object["size"]?.integer,
      fileCount: object["nfiles"]?.integer, remote: object["remote"]?.string, origin: origin, stage: stage)
  }

  /// Numbers are read as such where they look so; a checksum is a text.
  private static func text(_ value: JSONValue) -> String? {
    if case .number(let number) = value { return number.text }
    return value.string
  }

  private static func isMD5(_ text: String) -> Bool {
    let digits = text.hasSuffix(".dir") ? text.dropLast(4) : text[...]
    return digits.utf8.count == 32 && digits.allSatisfy { $0.isASCII && $0.isHexDigit }
  }
}
