import Foundation

/// How many processors the process may use.
public struct ProcessorAllowance: Sendable, Hashable {
  /// As many threads as can run at a time, one at least.
  public let count: Int

  /// The bounds of this process.
  public static let present = ProcessorAllowance(system: "")

  /// Reads the bounds of the process that runs: the processors that it may run on (`taskset`, cpusets), and the time that its
  /// control groups give (`docker run --cpus`, limits of Kubernetes), a part of a processor's as a whole one's.
  ///
  /// - Parameter system: the folder that stands for the root of the file system.
  public init(system: String) {
    let bounds = [Self.allowed(system), ControlGroup.processors(system)].compactMap(\.self)
    count = max(bounds.min() ?? ProcessInfo.processInfo.processorCount, 1)
  }

  /// Source: `Cpus_allowed` of proc_pid_status(5), a mask in hexadecimal.
  private static func allowed(_ system: String) -> Int? {
    let lines = SystemFile.text(system + "/proc/self/status").split(separator: "\n")
    let mask = lines.first { $0.hasPrefix("Cpus_allowed:") }?.dropFirst("Cpus_allowed:".count)
    return mask?.reduce(0) { $0 + ($1.hexDigitValue?.nonzeroBitCount ?? 0) }
  }
}

extension ControlGroup {
  /// The processors whose time the narrowest group gives, nil where none is bounded.
  fileprivate static func processors(_ system: String) -> Int? {
    all(of: "cpu", system).compactMap { group in
      let times =
        group.isUnified
        ? group.numbers("cpu.max") : [group.number("cpu.cfs_quota_us"), group.number("cpu.cfs_period_us")]
      guard times.count == 2, let quota = times[0], let period = times[1], quota > 0, period > 0 else { return nil }
      return (quota - 1) / period + 1
    }.min()
  }
}
