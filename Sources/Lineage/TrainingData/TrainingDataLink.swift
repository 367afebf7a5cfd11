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
  /// The commit, 40 or 64 hexadecimal digits.
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
    size = members["dvc:size"]?.integer
    fileCount = members["dvc:nfiles"]?.integer
    remote = members["dvc:remote"]?.string
  }

  /// The links for what a file of DVC tracks.
  ///
  /// - Parameters:
  ///   - href: where the file of DVC can be read.
  ///   - file: where it lies in the repository.
  public static func links(
    to outputs: DVCFile, href: String, repository: String?, commit: String?, file: String?
  ) -> [Link] {
    let folder = file.map { $0.split(separator: "/").dropLast().joined(separator: "/") } ?? ""
    return outputs.outputs.map { entry in
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
