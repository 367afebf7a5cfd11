import CPostgres
import Foundation
import Synchronization

/// The means to cancel a connection's running statement from another thread.
///
/// `@unchecked Sendable`: libpq documents PQcancel as safe from any thread while the PGcancel lives, which is as long as
/// this object; nothing else is kept.
@safe
final class Cancellation: @unchecked Sendable {
  private let handle: OpaquePointer

  init(takingOwnership handle: OpaquePointer) { unsafe self.handle = unsafe handle }

  deinit { unsafe PQfreeCancel(handle) }

  /// Asks the server to cancel; the statement then fails with SQLSTATE 57014.
  func cancel() {
    unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
      _ = unsafe PQcancel(handle, buffer.baseAddress, 256)
    }
  }
}

/// Cancels again and again until the work has returned: a cancel that arrives before its statement does is lost.
///
/// PQcancel blocks, so it is sent from a thread that ends with the pursuit.
final class CancellationPursuit: Sendable {
  private struct State {
    var hasStarted = false
    var hasEnded = false
  }

  private let cancellation: Cancellation
  private let state = Mutex(State())

  init(_ cancellation: Cancellation) { self.cancellation = cancellation }

  /// Starts cancelling.
  func start() {
    state.withLock { $0.hasStarted = true }
    Thread.detachNewThread { [self] in
      while !state.withLock({ $0.hasEnded }) {
        cancellation.cancel()
        Thread.sleep(forTimeInterval: 0.02)
      }
    }
  }

  /// Tells that the work has returned.
  ///
  /// - Returns: whether a cancel may have been sent, which may arrive yet.
  func end() -> Bool {
    state.withLock { state in
      state.hasEnded = true
      return state.hasStarted
    }
  }
}
