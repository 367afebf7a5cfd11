import Synchronization

/// How many requests were answered, by place and kind of answer, and how long that took.
///
/// A lock for the time of an addition: some fifty nanoseconds of a request.
final class RequestCounts: Sendable {
  private struct Key: Hashable {
    let route: String
    let statusClass: Int
  }

  private struct Sum {
    var count = 0
    var nanoseconds: Int64 = 0

    mutating func add(_ nanoseconds: Int64) {
      count += 1
      self.nanoseconds += nanoseconds
    }
  }

  private let sums = Mutex<[Key: Sum]>([:])

  /// Counts an answer.
  ///
  /// - Parameter route: the template of the place, of which there are few; nil for a path that leads to none.
  func add(_ route: Route?, status: Int, duration: Duration) {
    let key = Key(route: route?.template ?? "none", statusClass: status / 100)
    let parts = duration.components
    let nanoseconds = parts.seconds * 1_000_000_000 + parts.attoseconds / 1_000_000_000
    sums.withLock { sums in
      sums[key, default: Sum()].add(nanoseconds)
    }
  }

  var measurements: [Measurement] {
    let sums = sums.withLock { $0 }.sorted {
      ($0.key.route, $0.key.statusClass) < ($1.key.route, $1.key.statusClass)
    }
    func samples(_ value: (Sum) -> Double) -> [Measurement.Sample] {
      sums.map { .init(["route": $0.key.route, "status": "\($0.key.statusClass)xx"], value($0.value)) }
    }
    return [
      Measurement(
        "gnomon_requests_total", .counter, "Requests that were answered.", samples { Double($0.count) }),
      Measurement(
        "gnomon_request_seconds_total", .counter, "Seconds that answering them took.",
        samples { Double($0.nanoseconds) / 1e9 }),
    ]
  }
}
