import Foundation

/// Why PostgreSQL did not start, from what it wrote.
struct StartFailure {
  let layout: ClusterLayout
  /// PGDATA, finished or not.
  let cluster: String

  /// One line for a person.
  var sentence: String {
    let start = Self.lines(of: layout.startLog)
    var reasons = Self.reasons(in: start)
    var places = layout.startLog
    if start.contains(where: { $0.contains("redirecting log output") }), let log = newestLog {
      reasons += Self.reasons(in: Self.lines(of: log))
      places += " and " + log
    }
    let told = reasons.isEmpty ? Array(start.suffix(2)) : Array(reasons.suffix(3))
    var sentence = "PostgreSQL does not start"
    if !told.isEmpty { sentence += ": " + told.joined(separator: "; ") }
    if let free = layout.freeMegabytes, free < 20 { sentence += "; the disk has \(free) MB free" }
    return sentence.replacingOccurrences(of: "/proc/self/fd/\(ChildProcess.folderDescriptor)", with: cluster)
      + " (all of it in \(places))"
  }

  /// The faults that lines name, without time and process; each once.
  static func reasons(in lines: [String]) -> [String] {
    var found: [String] = []
    for line in lines {
      let isFault = marks.contains { line.contains($0) } || faultStarts.contains { line.contains("LOG:  " + $0) }
      guard isFault, let mark = line.range(of: #"(FATAL|PANIC|ERROR|error|LOG):"#, options: .regularExpression) else {
        continue
      }
      let text = line[mark.upperBound...].trimmingCharacters(in: .whitespaces)
      if !found.contains(text) { found.append(text) }
    }
    return found
  }

  /// What stands before a fault: the severities of PostgreSQL and the word of initdb.
  private static let marks = ["FATAL:", "PANIC:", "ERROR:", "error:"]

  /// Faults that PostgreSQL reports as mere information before it ends.
  private static let faultStarts = ["could not", "syntax error", "invalid", "unrecognized", "parameter"]

  private static func lines(of path: String) -> [String] {
    let text = (try? Data(contentsOf: URL(fileURLWithPath: path))).map {
      String(decoding: $0.suffix(65_536), as: UTF8.self)
    }
    return (text ?? "").split(separator: "\n").map { String($0) }
  }

  /// PostgreSQL begins a log at each start, and names it after the time.
  private var newestLog: String? {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: cluster + "/log")) ?? []
    return names.filter { $0.hasSuffix(".log") }.max().map { cluster + "/log/" + $0 }
  }
}
