import Foundation
import Geo
import Glibc

/// How much memory the process may still take, and who says so.
public struct MemoryAllowance: Sendable, Hashable {
  /// What bounds a process.
  public enum Limit: String, Sendable {
    /// `RLIMIT_AS`: what is mapped counts, whether it is used or not.
    case addressSpace = "address-space"
    /// `RLIMIT_DATA`.
    case data
    /// `memory.max` of the control group, or of one above it.
    case controlGroup = "control-group"
    /// What the machine has left.
    case machine

    /// Who allows no more, for people.
    public var words: String {
      switch self {
      case .addressSpace: "ulimit -v"
      case .data: "ulimit -d"
      case .controlGroup: "the control group"
      case .machine: "the machine"
      }
    }
  }

  /// Bytes that are free; below zero where more is in use than allowed.
  public let bytes: Int
  /// What allows no more.
  public let limit: Limit

  /// The narrowest bound of this process now.
  public static var present: MemoryAllowance {
    MemoryAllowance(system: "", addressSpace: limit(RLIMIT_AS), data: limit(RLIMIT_DATA))
      ?? MemoryAllowance(bytes: .max, limit: .machine)
  }

  /// The least address space that a command needs, for its threads before all.
  private static let leastAddresses = 256 << 20

  /// Makes do with few addresses where they are limited (`ulimit -v`); called before there are other threads.
  ///
  /// - Returns: why nothing can be done here, nil where something can: a thread that cannot be started is waited for forever.
  public static func prepareProcess() -> String? {
    guard let most = limit(RLIMIT_AS), let found = MemoryAllowance(system: "", addressSpace: most),
      found.limit == .addressSpace
    else { return nil }
    // By default each thread that allocates takes 64 MB of addresses first.
    GeoLibrary.limitArenas(to: 2)
    guard found.bytes < leastAddresses else { return nil }
    return
      "this process may map \(most >> 20) MB (ulimit -v), of which \(max(found.bytes, 0) >> 20) MB are left: gnomon needs "
      + "\(leastAddresses >> 20) MB more than its programs take"
  }

  /// So many bytes, and what allows no more.
  public init(bytes: Int, limit: Limit) {
    self.bytes = bytes
    self.limit = limit
  }

  /// Bytes of the process that are in memory now.
  static var residentBytes: Int {
    let pages = SystemFile.text("/proc/self/statm").split(whereSeparator: \.isWhitespace).map { Int($0) ?? 0 }
    return pages.count > 1 ? pages[1] * Int(sysconf(Int32(_SC_PAGESIZE))) : 0
  }

  /// Reads the bounds of the process that runs; nil where there are none.
  ///
  /// - Parameters:
  ///   - system: the folder that stands for the root of the file system.
  ///   - addressSpace: `RLIMIT_AS` in bytes.
  ///   - data: `RLIMIT_DATA` in bytes.
  public init?(system: String, addressSpace: Int? = nil, data: Int? = nil) {
    let pages = SystemFile.text(system + "/proc/self/statm").split(whereSeparator: \.isWhitespace).map { Int($0) ?? 0 }
    let page = Int(sysconf(Int32(_SC_PAGESIZE)))
    var found: [MemoryAllowance] = []
    if let addressSpace, pages.count > 5 {
      found.append(.init(bytes: addressSpace - pages[0] * page, limit: .addressSpace))
    }
    if let data, pages.count > 5 { found.append(.init(bytes: data - pages[5] * page, limit: .data)) }
    found += ControlGroup.freeMemory(system).map { MemoryAllowance(bytes: $0, limit: .controlGroup) }
    if let free = SystemFile.numbers(system + "/proc/meminfo")["MemAvailable:"] {
      found.append(.init(bytes: free << 10, limit: .machine))
    }
    guard let least = found.min(by: { $0.bytes < $1.bytes }) else { return nil }
    self = least
  }

  private static func limit(_ resource: __rlimit_resource) -> Int? {
    var limit = rlimit()
    guard unsafe getrlimit(__rlimit_resource_t(resource.rawValue), &limit) == 0, limit.rlim_cur < UInt64(Int.max) else {
      return nil
    }
    return Int(limit.rlim_cur)
  }
}

extension ControlGroup {
  /// The bytes that each group and those above it have left; pages of files that the kernel takes back first count as free.
  fileprivate static func freeMemory(_ system: String) -> [Int] {
    all(of: "memory", system).compactMap { group in
      let (limit, usage, reclaimable): (String, String, Substring) =
        group.isUnified
        ? ("memory.max", "memory.current", "inactive_file")
        : ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")
      guard let limit = group.number(limit), let usage = group.number(usage) else { return nil }
      let spare = SystemFile.numbers("\(group.folder)/memory.stat")[reclaimable] ?? 0
      return limit - max(usage - spare, 0)
    }
  }
}
