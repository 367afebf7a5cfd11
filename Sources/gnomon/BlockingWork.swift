import Foundation

/// Runs work that blocks on a thread of its own, so that the cooperative pool stays free.
func onOwnThread<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws -> Result {
  try await withCheckedThrowingContinuation { continuation in
    let thread = Thread { continuation.resume(with: Swift.Result { try work() }) }
    thread.name = "gnomon-work"
    thread.stackSize = 8 << 20
    thread.start()
  }
}
