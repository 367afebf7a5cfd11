import Foundation
import Inference
import Testing

/// What a process may still take, read from the files of the system.
@Suite struct MemoryAllowanceTests {
  private let page = Int(sysconf(Int32(_SC_PAGESIZE)))

  @Test func theNarrowestGroupCounts() throws {
    let files = [
      "proc/self/cgroup": "0::/a/b\n", "proc/meminfo": "MemTotal: 99 kB\nMemAvailable:  8388608 kB\n",
      "sys/fs/cgroup/a/b/memory.max": "max\n", "sys/fs/cgroup/a/b/memory.current": "5000000\n",
      "sys/fs/cgroup/a/memory.max": "100000000\n", "sys/fs/cgroup/a/memory.current": "60000000\n",
      "sys/fs/cgroup/a/memory.stat": "anon 1\ninactive_file 20000000\n",
    ]
    try withSystemFiles(files) { root in
      #expect(MemoryAllowance(system: root) == MemoryAllowance(bytes: 60_000_000, limit: .controlGroup))
    }
  }

  @Test func groupsOfTheFirstVersionAreReadWhereverTheyAreMounted() throws {
    let files = [
      "proc/self/cgroup": "3:cpu:/x\n2:memory,hugetlb:/outside/only\n",
      "sys/fs/cgroup/memory/memory.limit_in_bytes": "70000000",
      "sys/fs/cgroup/memory/memory.usage_in_bytes": "90000000",
    ]
    try withSystemFiles(files) { root in
      #expect(MemoryAllowance(system: root) == MemoryAllowance(bytes: -20_000_000, limit: .controlGroup))
    }
    let unlimited = files.merging(["sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712"]) { $1 }
    try withSystemFiles(unlimited) { root in #expect(MemoryAllowance(system: root) == nil) }
  }

  @Test func whatIsMappedCountsAgainstTheAddressSpace() throws {
    let files = ["proc/self/statm": "100 50 40 1 0 30 0\n", "proc/meminfo": "MemAvailable: 1000000 kB\n"]
    try withSystemFiles(files) { root in
      #expect(
        MemoryAllowance(system: root, addressSpace: 1_000 * page)
          == MemoryAllowance(bytes: 900 * page, limit: .addressSpace))
      #expect(
        MemoryAllowance(system: root, addressSpace: 1_000 * page, data: 500 * page)
          == MemoryAllowance(bytes: 470 * page, limit: .data))
      #expect(MemoryAllowance(system: root)?.limit == .machine)
    }
  }

  @Test func thisProcessHasSome() { #expect(MemoryAllowance.present.bytes > 0) }
}
