import Foundation

/// Runs work that blocks on a thread of its own, so that the cooperative pool stays free.
func onOwnThread<Value: Sendable, Failure: Error>(
  _ work: @escaping @Sendable () throws(Failure) -> Value
) async throws(Failure) -> Value {
  let outcome: Result<Value, Failure> = await withCheckedContinuation { continuation in
    let thread = Thread { continuation.resume(returning: Result { () throws(Failure) in try work() }) }
    thread.name = "gnomon-work"
    thread.stackSize = 8 << 20
    thread.start()
  }
  return try outcome.get()
}
