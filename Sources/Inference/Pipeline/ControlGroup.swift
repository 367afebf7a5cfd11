import Foundation

/// The control groups that the process is in, of both versions.
///
/// Source: https://docs.kernel.org/admin-guide/cgroup-v2.html and .../cgroup-v1/
struct ControlGroup {
  /// Where its files are.
  let folder: String
  /// Whether it is of version 2, which names its files otherwise.
  let isUnified: Bool

  /// The groups of a controller that the process is in, and all above them.
  ///
  /// - Parameters:
  ///   - controller: such as `memory` or `cpu`.
  ///   - system: the folder that stands for the root of the file system.
  static func all(of controller: Substring, _ system: String) -> [ControlGroup] {
    SystemFile.text(system + "/proc/self/cgroup").split(separator: "\n").flatMap { line -> [ControlGroup] in
      let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3 else { return [] }
      if parts[1].isEmpty { return path(parts[2], from: system + "/sys/fs/cgroup", isUnified: true) }
      guard parts[1].split(separator: ",").contains(controller) else { return [] }
      return path(parts[2], from: "\(system)/sys/fs/cgroup/\(controller)", isUnified: false)
    }
  }

  /// The group at a path and all above it; in a container the path may be one that only the machine outside has.
  private static func path(_ path: Substring, from root: String, isUnified: Bool) -> [ControlGroup] {
    let names = path.split(separator: "/")
    return (0...names.count).reversed().map { depth in
      ControlGroup(
        folder: ([Substring(root)] + names.prefix(depth)).joined(separator: "/"), isUnified: isUnified)
    }
  }

  /// The numbers of a file, nil for each that is `max`, or what version 1 writes instead of it.
  func numbers(_ name: String) -> [Int?] {
    SystemFile.text("\(folder)/\(name)").split(whereSeparator: \.isWhitespace).map { word in
      Int(word).flatMap { $0 < 1 << 60 ? $0 : nil }
    }
  }

  /// The first number of a file.
  func number(_ name: String) -> Int? { numbers(name).first ?? nil }
}

/// Files in which the kernel tells what is.
enum SystemFile {
  /// A small file, which says it has no size; empty where there is none.
  static func text(_ path: String) -> String {
    guard let handle = FileHandle(forReadingAtPath: path), let data = try? handle.readToEnd() else { return "" }
    return String(decoding: data, as: UTF8.self)
  }

  /// The first number of each line, by its first word.
  static func numbers(_ path: String) -> [Substring: Int] {
    let lines = text(path).split(separator: "\n").map { $0.split(separator: " ", omittingEmptySubsequences: true) }
    return Dictionary(lines.compactMap { words in words.count > 1 ? Int(words[1]).map { (words[0], $0) } : nil }) { $1 }
  }
}
