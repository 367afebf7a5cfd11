import CPostgres
import Glibc

/// What is known of a session's `plan_cache_mode`, so that it is set only where it changes.
///
/// A setting made inside a transaction goes with it when it is rolled back, whole or to a savepoint.
struct PlanSetting {
  /// The present mode, nil where it is not known.
  private(set) var mode: PlanMode?
  /// Whether it was set in the running transaction.
  private var mayRevert = false

  /// Remembers a mode that was set outside any transaction.
  mutating func begin(_ mode: PlanMode) {
    self.mode = mode
    mayRevert = false
  }

  /// Remembers a mode that was set now.
  mutating func set(_ mode: PlanMode, transactionIsIdle: Bool) {
    self.mode = mode
    mayRevert = !transactionIsIdle
  }

  /// Nothing is known any more.
  mutating func forget() { mode = nil }

  /// Looks at what a statement without rows has done (``PQcmdStatus``).
  mutating func noteEnd(of result: OpaquePointer, transactionIsIdle: Bool) {
    guard let tag = unsafe PQcmdStatus(result) else { return }
    if mayRevert, unsafe strcmp(tag, "ROLLBACK") == 0 { mode = nil }
    if unsafe strcmp(tag, "SET") == 0 || strcmp(tag, "RESET") == 0 || strcmp(tag, "DISCARD ALL") == 0 { mode = nil }
    if transactionIsIdle { mayRevert = false }
  }
}
