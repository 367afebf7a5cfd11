import Foundation
import Inference
import Testing

/// How many processors a process may use, read from the files of the system.
@Suite struct ProcessorAllowanceTests {
  private let eight = "Name:\tgnomon\nCpus_allowed:\t00000000,000000ff\nCpus_allowed_list:\t0-7\n"

  @Test(arguments: [("150000 100000\n", 2), ("100000 100000\n", 1), ("5000 100000\n", 1), ("max 100000\n", 8)])
  func aGroupGivesTime(_ quota: String, processors: Int) throws {
    let files = ["proc/self/status": eight, "proc/self/cgroup": "0::/a\n", "sys/fs/cgroup/a/cpu.max": quota]
    try withSystemFiles(files) { root in #expect(ProcessorAllowance(system: root).count == processors) }
  }

  @Test func theNarrowestGroupCounts() throws {
    let files = [
      "proc/self/status": eight, "proc/self/cgroup": "0::/a/b\n", "sys/fs/cgroup/a/b/cpu.max": "2000000 100000\n",
      "sys/fs/cgroup/a/cpu.max": "300000 100000\n",
    ]
    try withSystemFiles(files) { root in #expect(ProcessorAllowance(system: root).count == 3) }
  }

  @Test(arguments: [("-1", 8), ("250000", 3)])
  func groupsOfTheFirstVersionAreRead(_ quota: String, processors: Int) throws {
    let files = [
      "proc/self/status": eight, "proc/self/cgroup": "4:memory:/x\n3:cpu,cpuacct:/outside/only\n",
      "sys/fs/cgroup/cpu/cpu.cfs_quota_us": quota, "sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000",
    ]
    try withSystemFiles(files) { root in #expect(ProcessorAllowance(system: root).count == processors) }
  }

  @Test func ofAMachineThatTellsNothingAllProcessorsAreUsed() throws {
    let all = ProcessInfo.processInfo.processorCount
    try withSystemFiles([:]) { root in #expect(ProcessorAllowance(system: root).count == all) }
    #expect(1...all ~= ProcessorAllowance.present.count)
    #expect(InferenceLimits().threadCount == ProcessorAllowance.present.count)
    #expect(InferenceLimits(threads: 3).threadCount == 3)
  }
}
