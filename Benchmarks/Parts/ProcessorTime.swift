import Foundation

/// CPU seconds of this process, all threads together.
enum ProcessorTime {
  static var seconds: Double {
    var time = timespec()
    unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  /// The seconds that some work takes.
  static func of<Failure>(_ work: () throws(Failure) -> Void) throws(Failure) -> Double {
    let begin = seconds
    try work()
    return seconds - begin
  }
}
