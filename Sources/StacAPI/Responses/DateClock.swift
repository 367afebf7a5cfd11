import Glibc
import Synchronization

/// The time as a Date header has it (RFC 9110 section 5.6.7), written once a second.
final class DateClock: Sendable {
  private struct Written {
    var second = -1
    var text = ""
  }

  private let written = Mutex(Written())

  var date: String {
    let second = time(nil)
    return written.withLock { written in
      if written.second != second { written = Written(second: second, text: Self.text(second)) }
      return written.text
    }
  }

  /// The text of a second since 1970.
  static func text(_ second: Int) -> String {
    let day = (second >= 0 ? second : second - 86_399) / 86_400
    let time = second - day * 86_400
    // Years that begin in March, so that the day a leap year has more is the last (proleptic Gregorian calendar).
    let era = (day + 719_468) / 146_097
    let dayOfEra = day + 719_468 - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let marchMonth = (5 * dayOfYear + 2) / 153
    let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    let date = "\(two(dayOfYear - (153 * marchMonth + 2) / 5 + 1)) \(months[month - 1]) \(year)"
    return "\(days[(day + 4) % 7]), \(date) \(two(time / 3_600)):\(two(time / 60 % 60)):\(two(time % 60)) GMT"
  }

  private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

  private static let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
  private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
}
