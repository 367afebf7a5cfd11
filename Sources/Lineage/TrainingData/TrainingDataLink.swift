public import StacModel

/// A link of a model to data that DVC keeps: a `derived_from` link to the file of DVC, whose further members say which
/// data that was.
///
/// STAC has no such members of its own. Those of Git say where the file of DVC lies (`git:repository`, `git:commit`,
/// `git:path`), those of DVC what it stood for (`dvc:path`, `dvc:md5`, `dvc:size`, `dvc:nfiles`, `dvc:remote`). With
/// them the lineage is whole though the file itself cannot be read any more.
public struct TrainingDataLink: Sendable, Hashable {
  /// Where the repository is cloned from.
  public var repository: String?
  /// The commit, 40 or 64 hexadecimal digits, or its first 7 at least.
  public var commit: String?
  /// Where the file of DVC lies in the repository.
  public var file: String?
  /// Where the data lies in the repository.
  public var path: String?
  public var md5: String?
  public var size: Int64?
  public var fileCount: Int64?
  public var remote: String?

  /// The media type of such links (RFC 9512).
  public static let mediaType: MediaType = "application/yaml"

  /// Reads the members of a link; nil where it is no link to data of DVC.
  public init?(_ link: Link) {
    let members = link.json
    let isNamed = members.names.contains { $0.hasPrefix("dvc:") }
    let path = link.href.split(whereSeparator: { "?#".contains($0) }).first ?? ""
    let isFile = path.hasSuffix(".dvc") || path == "dvc.lock" || path.hasSuffix("/dvc.lock")
    guard link.rel == LinkRelation.derivedFrom.rawValue, isNamed || isFile else { return nil }
    repository = members["git:repository"]?.string
    commit = members["git:commit"]?.string
    file = members["git:path"]?.string
    self.path = members["dvc:path"]?.string
    md5 = members["dvc:md5"]?.string
    size = members["dvc:size"]?.wholeNumber
    fileCount = members["dvc:nfiles"]?.wholeNumber
    remote = members["dvc:remote"]?.string
  }

  /// The links for the data that a model was trained with: what the stage of a pipeline reads that trained it, else what the
  /// file tracks.
  ///
  /// - Parameters:
  ///   - href: where the file of DVC can be read.
  ///   - file: where it lies in the repository.
  ///   - stage: the stage that trained the model; nil for the one called `train`, where there is one.
  /// - Throws: ``TrainingDataError`` where the stage is none that reads data.
  public static func links(
    to tracked: DVCFile, href: String, repository: String?, commit: String?, file: String?, stage: String? = nil
  ) throws(TrainingDataError) -> [Link] {
    let folder = file.map { $0.split(separator: "/").dropLast().joined(separator: "/") } ?? ""
    return try tracked.trainingData(stage: stage).map { entry in
      let path = folder.isEmpty ? entry.path : "\(folder)/\(entry.path)"
      var link = Link(rel: .derivedFrom, href: href, type: mediaType, title: "Training data \(path)")
      link.json["git:repository"] = repository.map(JSONValue.string)
      link.json["git:commit"] = commit.map(JSONValue.string)
      link.json["git:path"] = file.map(JSONValue.string)
      link.json["dvc:path"] = .string(path)
      link.json["dvc:md5"] = entry.md5.map(JSONValue.string)
      link.json["dvc:size"] = entry.size.map { JSONValue($0) }
      link.json["dvc:nfiles"] = entry.fileCount.map { JSONValue($0) }
      link.json["dvc:remote"] = entry.remote.map(JSONValue.string)
      return link
    }
  }
}

extension DVCFile {
  /// What stages read that is no data, by how it ends: their programs and settings.
  private static let codeEndings = [
    ".py", ".ipynb", ".r", ".jl", ".sh", ".js", ".ts", ".go", ".rs", ".swift", ".c", ".cpp", ".java", ".scala", ".yaml",
    ".yml", ".toml", ".ini", ".cfg", ".lock", ".md",
  ]

  /// What a stage reads, less its programs and settings; without a stage what is tracked.
  fileprivate func trainingData(stage: String?) throws(TrainingDataError) -> [Entry] {
    let read = dependencies.filter { entry in
      let name = entry.path.lowercased()
      return entry.stage == stage ?? "train" && !Self.codeEndings.contains(where: name.hasSuffix)
    }
    if read.isEmpty, let stage {
      throw TrainingDataError("the stage '\(stage.prefix(100))' reads no data, or there is none of that name")
    }
    return read.isEmpty ? outputs : read
  }
}
