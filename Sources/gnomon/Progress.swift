import Foundation
import Glibc
import Synchronization

/// Shows how far long work has come: a bar that redraws itself on a terminal, a line every tenth otherwise,
/// and every half a minute where the whole is not known.
///
/// Everything goes to standard error, so that standard output stays the command's result.
final class Progress: Sendable {
  private struct State {
    var lastDrawn = ContinuousClock.now - .seconds(1)
    var lastTenth = -1
    var lastLine = ContinuousClock.now
  }

  private let label: String
  private let isTerminal: Bool
  private let state = Mutex(State())

  /// - Parameter label: what is being done, in a word or two: "Loading".
  init(_ label: String) {
    self.label = label
    isTerminal = isatty(STDERR_FILENO) == 1
  }

  /// Shows a share of the whole and a detail, such as "12,000 items".
  ///
  /// - Parameter fraction: 0 to 1, nil where the whole is not known.
  func update(_ fraction: Double?, _ detail: String) {
    state.withLock { state in
      if isTerminal {
        guard ContinuousClock.now - state.lastDrawn > .milliseconds(100) else { return }
        state.lastDrawn = ContinuousClock.now
        Self.write("\r\(label) \(fraction.map(Self.bar) ?? "") \(detail)\u{1B}[K")
      } else if let fraction, Int(fraction * 10) > state.lastTenth {
        state.lastTenth = Int(fraction * 10)
        Self.write("\(label): \(state.lastTenth * 10) % \(detail)\n")
      } else if fraction == nil, ContinuousClock.now - state.lastLine > .seconds(30) {
        state.lastLine = ContinuousClock.now
        Self.write("\(label): \(detail)\n")
      }
    }
  }

  /// Ends the display without a line.
  func clear() { if isTerminal { Self.write("\r\u{1B}[K") } }

  /// Ends the display with a closing line.
  func finish(_ line: String) { Self.write((isTerminal ? "\r\u{1B}[K" : "") + line + "\n") }

  private static func bar(_ fraction: Double) -> String {
    let filled = Int((min(max(fraction, 0), 1) * 30).rounded())
    let percent = Int((fraction * 100).rounded())
    return "[" + String(repeating: "=", count: filled) + String(repeating: " ", count: 30 - filled) + "] \(percent) %"
  }

  /// Writes a text to standard error.
  static func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}
