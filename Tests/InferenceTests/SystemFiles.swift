import Foundation

/// A folder with files of the system.
func withSystemFiles(_ files: [String: String], _ body: (String) throws -> Void) throws {
  let root = FileManager.default.temporaryDirectory.appending(path: "system-\(UUID().uuidString)")
  defer { try? FileManager.default.removeItem(at: root) }
  for (path, text) in files {
    let file = root.appending(path: path)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
  }
  try body(root.path)
}
