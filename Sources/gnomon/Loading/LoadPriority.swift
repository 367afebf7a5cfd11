import Foundation
import Glibc

/// How a load gives way to what else the machine does.
enum LoadPriority {
  /// As nice(1) has it unless told otherwise.
  private static let niceness: Int32 = 10

  /// Lets everything else on the machine go first: setpriority(2) for each thread, which those to come inherit.
  ///
  /// Processes that run already keep their priority, a private PostgreSQL among them. Where the program was started with
  /// a lower one, it stays.
  static func lower() {
    // A thread that was begun meanwhile, by one whose turn had not come, shows when they are listed again.
    var done: Set<id_t> = []
    while case let rest = threads().subtracting(done), !rest.isEmpty {
      for thread in rest { _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), thread, niceness) }
      done.formUnion(rest)
    }
  }

  private static func threads() -> Set<id_t> {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/task")) ?? []
    return Set(names.compactMap { id_t($0) })
  }
}
