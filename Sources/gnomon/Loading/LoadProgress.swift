import Synchronization

/// What a person sees of a load while it runs: share, items, items a second, time left.
final class LoadProgress: Sendable {
  private struct State {
    var items: Int
    var itemsBefore: Int
    var fraction: Double?
    var firstFraction: Double?
  }

  private let progress = Progress("Loading")
  private let started = ContinuousClock.now
  private let state: Mutex<State>

  /// - Parameter items: how many were in before the load was interrupted.
  init(items: Int) { state = Mutex(State(items: items, itemsBefore: items)) }

  /// Counts what is in.
  func add(items: Int, fraction: Double?) {
    let present = state.withLock { state in
      state.items += items
      if let fraction {
        state.fraction = max(state.fraction ?? 0, fraction)
        state.firstFraction = state.firstFraction ?? fraction
      }
      return state
    }
    progress.update(present.fraction, detail(present))
  }

  /// Says why nothing happens for the moment.
  func note(_ text: String) {
    progress.clear()
    Progress.write(text + "\n")
  }

  func clear() { progress.clear() }

  /// Since the load began, or went on.
  var elapsed: Duration { ContinuousClock.now - started }

  private func detail(_ state: State) -> String {
    let seconds = max(elapsed / .seconds(1), 0.001)
    let added = state.items - state.itemsBefore
    var parts = ["\(state.items.grouped) items", "\(Int(Double(added) / seconds).grouped)/s"]
    if let fraction = state.fraction, let first = state.firstFraction, fraction > first, seconds > 2 {
      parts.append("\(Self.clock(seconds * (1 - fraction) / (fraction - first))) left")
    }
    return parts.joined(separator: ", ")
  }

  /// Seconds as people read them: `0:07`, `1:02:03`.
  static func clock(_ seconds: Double) -> String {
    let whole = Int(min(max(seconds, 0), 1e9).rounded())
    func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
    let minutes = whole / 60 % 60
    return whole < 3_600 ? "\(minutes):\(two(whole % 60))" : "\(whole / 3_600):\(two(minutes)):\(two(whole % 60))"
  }
}

extension Int {
  /// The number with a comma between thousands.
  var grouped: String {
    var text = ""
    for (index, digit) in String(magnitude).reversed().enumerated() {
      if index > 0, index % 3 == 0 { text.append(",") }
      text.append(digit)
    }
    return (self < 0 ? "-" : "") + String(text.reversed())
  }
}
