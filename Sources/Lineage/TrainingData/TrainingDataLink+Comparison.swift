public import StacModel

extension TrainingDataLink {
  /// What a link says otherwise than its file of DVC.
  public struct Difference: Sendable, Hashable {
    /// The member of the link that says so.
    public let member: String
    /// What is different: a sentence without its full stop.
    public let message: String
  }

  /// Compares what the link says of the data with the file of DVC that it leads to.
  ///
  /// - Returns: nothing where the file says the same of the path, or the link says nothing that could be compared.
  public func differences(from file: DVCFile) -> [Difference] {
    let entries = file.outputs + file.dependencies
    let named = path.map { path in entries.filter { names(path, $0) } } ?? entries
    guard !named.isEmpty else {
      return [Difference(member: "dvc:path", message: "the file of DVC tracks no '\(path?.prefix(200) ?? "")'")]
    }
    let found = named.map(differences)
    // Stages may have read or made other states of the same path.
    return found.contains { $0.isEmpty } ? [] : found[0]
  }

  /// Members of Git that name neither a repository nor a commit.
  ///
  /// A commit is 7 to 40 hexadecimal digits (SHA-1, short or whole), or 64 (SHA-256).
  public static func malformed(in link: Link) -> [Difference] {
    func told(_ member: String, _ message: String, isRight: (String) -> Bool) -> Difference? {
      guard let value = link.json[member], value.string.map(isRight) != true else { return nil }
      return Difference(member: member, message: message)
    }
    return [
      told("git:repository", "git:repository names no repository") { !$0.allSatisfy(\.isWhitespace) },
      told("git:commit", "git:commit is no commit of 7 to 40 hexadecimal digits, or 64", isRight: isCommit),
    ].compactMap(\.self)
  }

  private static func isCommit(_ text: String) -> Bool {
    (7...40 ~= text.utf8.count || text.utf8.count == 64) && text.allSatisfy { $0.isASCII && $0.isHexDigit }
  }

  private func differences(from entry: DVCFile.Entry) -> [Difference] {
    var found: [Difference] = []
    func compare<Value: Equatable>(_ member: String, _ own: Value?, _ other: Value?) {
      guard let own, let other, own != other else { return }
      found.append(
        Difference(member: member, message: "the link says \(member) \(own), the file of DVC \(other)"))
    }
    compare("dvc:md5", md5?.lowercased(), entry.md5?.lowercased())
    compare("dvc:size", size, entry.size)
    compare("dvc:nfiles", fileCount, entry.fileCount)
    return found
  }

  /// Whether a path in the repository is that of an entry, whose path begins at the folder of the file of DVC.
  private func names(_ path: String, _ entry: DVCFile.Entry) -> Bool {
    let wanted = Self.steps(path)
    guard let file else {
      // Where the file of DVC lies is not known: as much is compared as both say.
      let tracked = Self.steps(entry.path).filter { $0 != ".." }
      return zip(wanted.reversed(), tracked.reversed()).allSatisfy { $0 == $1 }
    }
    return wanted == Self.steps(file.split(separator: "/").dropLast().joined(separator: "/") + "/" + entry.path)
  }

  /// The names of a path, `.` and `..` resolved.
  private static func steps(_ path: String) -> [Substring] {
    var steps: [Substring] = []
    for step in path.split(separator: "/") where step != "." {
      if step == "..", !steps.isEmpty { steps.removeLast() } else { steps.append(step) }
    }
    return steps
  }
}
