import Glibc
import Logging
import StacModel
import Synchronization

/// Where the lines of the server's log go: together to standard error, at most ``delay`` after they were said.
///
/// Warnings and errors go at once, with whatever waits before them. A line costs no system call of its own, so that a
/// line for each request may be usual.
final class ServerLog: Sendable {
  private static let delay = Duration.milliseconds(200)
  private static let mostBytes = 64 << 10

  private struct State {
    var bytes: [UInt8] = []
    var second: Int64 = .min
    var time = ""
  }

  private let state = Mutex(State())

  /// Appends a line behind the present time.
  fileprivate func append(_ line: String, isUrgent: Bool) {
    let now = Int64(time(nil))
    let isFirst = state.withLock { state in
      if state.second != now {
        state.second = now
        state.time = Timestamp(microseconds: now * 1_000_000).description
      }
      let isFirst = state.bytes.isEmpty
      state.bytes.append(contentsOf: state.time.utf8)
      state.bytes.append(UInt8(ascii: " "))
      state.bytes.append(contentsOf: line.utf8)
      state.bytes.append(UInt8(ascii: "\n"))
      guard isUrgent || state.bytes.count > Self.mostBytes else { return isFirst }
      Self.write(&state.bytes)
      return false
    }
    guard isFirst else { return }
    Task {
      try? await Task.sleep(for: Self.delay)
      flush()
    }
  }

  /// Writes what waits.
  func flush() { state.withLock { Self.write(&$0.bytes) } }

  private static func write(_ bytes: inout [UInt8]) {
    var start = 0
    while start < bytes.count {
      let count = unsafe bytes[start...].withUnsafeBytes { unsafe Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      // Where nobody reads the log there is nobody to tell.
      guard count > 0 else { break }
      start += count
    }
    bytes.removeAll(keepingCapacity: true)
  }
}

/// Writes a logger's messages as lines: level, label, metadata as `key=value`, message.
struct ServerLogHandler: LogHandler {
  let label: String
  let log: ServerLog
  var metadata: Logger.Metadata = [:]
  var logLevel = Logger.Level.info

  init(label: String, log: ServerLog) {
    self.label = label
    self.log = log
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    var line = "\(event.level) \(label):"
    for (key, value) in metadata.sorted(by: { $0.key < $1.key }) { Self.append(key, value, to: &line) }
    for (key, value) in (event.metadata ?? [:]).sorted(by: { $0.key < $1.key }) { Self.append(key, value, to: &line) }
    line += " \(event.message)"
    if let error = event.error { line += " \(error)" }
    log.append(line, isUrgent: event.level >= .warning)
  }

  private static func append(_ key: String, _ value: Logger.Metadata.Value, to line: inout String) {
    line += " \(key)="
    let text = value.description
    let isPlain = text.utf8.allSatisfy { $0 > 0x20 && $0 != UInt8(ascii: "\"") && $0 != 0x7F }
    // One message is one line, whatever clients send.
    line += isPlain && !text.isEmpty ? text : String(decoding: JSONSerializer.bytes(.string(text)), as: UTF8.self)
  }
}
