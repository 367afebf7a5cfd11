import CatalogFiles
import Foundation
import StacModel

/// A load into a server by its Transaction extensions: what it remembers is a file in the data directory.
///
/// A batch that the server has taken and whose note was lost is sent again; its items replace themselves.
actor ServerLoadTarget: LoadTarget {
  private struct Memory: Codable {
    var source: String
    var server: String
    var fingerprint: String
    var step: Int64 = 0
    var position: String?
    var counts = LoadCounts()
    /// How much of the file of refusals belongs to the batches that are in.
    var refusalBytes = 0
    var isFinished = false
  }

  private let server: String
  private let destinations: [ServerDestination]
  private let folder: String
  private var memory: Memory
  private var ahead: [Int64: LoadNote] = [:]
  private var turn = 0

  init(url: String, key: ServerKey?, dataDirectory: String, connections: Int) throws {
    server = url
    destinations = try (0..<max(connections, 1)).map { _ in try ServerDestination(url: url, key: key) }
    folder = dataDirectory + "/loads"
    memory = Memory(source: "", server: url, fingerprint: "")
  }

  func begin(source: String, fingerprint: String, anew: Bool) async throws -> LoadState {
    memory = Memory(source: source, server: server, fingerprint: fingerprint)
    ahead = [:]
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw CommandFailure("\(folder), where load keeps how far it came, cannot be made: \(error.localizedDescription)")
    }
    var hasChanged = false
    if !anew, let bytes = FileManager.default.contents(atPath: path),
      let found = try? JSONDecoder().decode(Memory.self, from: bytes), found.source == source, found.server == server,
      !found.isFinished
    {
      hasChanged = found.fingerprint != fingerprint && found.step > 0
      if !hasChanged { memory = found }
    }
    try save()
    return LoadState(
      step: memory.step, position: memory.position, counts: memory.counts, sourceHasChanged: hasChanged)
  }

  func put(_ collections: [Collection]) async throws { try await destination().upsert(collections) }

  func put(_ items: [Item], note: LoadNote?) async throws {
    if !items.isEmpty { try await destination().upsert(items) }
    guard let note else { return }
    ahead[note.number] = note
    var isAdvanced = false
    while let next = ahead.removeValue(forKey: memory.step + 1) {
      memory.step += 1
      memory.position = next.position
      memory.counts += next.counts
      try append(next.refusals)
      isAdvanced = true
    }
    if isAdvanced { try save() }
  }

  /// The server sees to that: nobody is known of here.
  func isAlone() -> Bool { true }

  func finish() async throws {
    memory.isFinished = true
    try save()
  }

  func refusals(behind place: RefusalPlace?) -> (refusals: [RefusedDocument], next: RefusalPlace?) {
    guard memory.refusalBytes > 0, place == nil else { return ([], nil) }
    let bytes = FileManager.default.contents(atPath: path + ".refused")?.prefix(memory.refusalBytes) ?? Data()
    let lines = bytes.split(separator: 0x0A).compactMap { (try? JSONParser.parse([UInt8]($0)))?.object }
    return (lines.map(RefusedDocument.init(json:)), nil)
  }

  /// What the server has is not counted: others may write to it.
  func compare(with counts: [PgSTACDatabase.Count]) async throws -> [CountComparison] { [] }

  /// The destinations in turn, so that as many requests run at once as there are connections.
  private func destination() -> ServerDestination {
    turn += 1
    return destinations[turn % destinations.count]
  }

  /// The file of this source and this server.
  private var path: String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325  // FNV-1a
    for byte in "\(server)\n\(memory.source)".utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return "\(folder)/\(String(hash, radix: 16)).json"
  }

  private func save() throws {
    do {
      try JSONEncoder().encode(memory).write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
      throw CommandFailure(
        "\(path), where load keeps how far it came, cannot be written: \(error.localizedDescription)")
    }
  }

  /// Adds refusals behind those of the batches that are in; what a lost process has added behind them goes.
  private func append(_ refusals: [RefusedDocument]) throws {
    guard !refusals.isEmpty else { return }
    let file = path + ".refused"
    if !FileManager.default.fileExists(atPath: file) { _ = FileManager.default.createFile(atPath: file, contents: nil) }
    let lines = refusals.map { JSONSerializer.text($0.json) + "\n" }.joined()
    do {
      let handle = try FileHandle(forUpdating: URL(fileURLWithPath: file))
      try handle.truncate(atOffset: UInt64(memory.refusalBytes))
      try handle.write(contentsOf: Data(lines.utf8))
      try handle.close()
    } catch {
      throw CommandFailure(
        "\(file), where load keeps what was refused, cannot be written: \(error.localizedDescription)")
    }
    memory.refusalBytes += lines.utf8.count
  }
}
