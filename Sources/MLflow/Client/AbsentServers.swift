import Synchronization

/// Tracking servers that did not answer a moment ago, and what was said of it: of the many that are to be asked of one that is
/// away only the first waits for it to be found so.
public final class AbsentServers: Sendable {
  private static let life = Duration.seconds(30)

  private struct Absence {
    let reason: String
    let end: ContinuousClock.Instant
  }

  private let absences = Mutex<[TrackingServer: Absence]>([:])

  public init() {}

  /// Why a server did not answer; nil where it did, or that was long ago.
  func reason(_ server: TrackingServer) -> String? {
    absences.withLock { $0[server].flatMap { $0.end > .now ? $0.reason : nil } }
  }

  /// - Parameter reason: nil where it answered.
  func note(_ server: TrackingServer, _ reason: String?) {
    absences.withLock { absences in
      absences = absences.filter { $0.value.end > .now }
      absences[server] = reason.map { Absence(reason: $0, end: .now + Self.life) }
    }
  }
}
