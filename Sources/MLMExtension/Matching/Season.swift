public import StacModel

/// Calendar months in UTC, of whatever year.
public struct Season: Sendable, Hashable, Codable {
  /// The lowest bit is January.
  let bits: UInt16

  private static let all: UInt16 = 0x0FFF
  private static let names = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
  ]

  /// The months from one instant to another, both included; all of them where these are twelve or more.
  public init(from start: Timestamp, to end: Timestamp) {
    let (first, last) = (start.monthCount, end.monthCount)
    guard last - first < 11 else {
      bits = Self.all
      return
    }
    bits = (first...max(first, last)).reduce(0) { $0 | 1 << UInt16($1 % 12) }
  }

  /// The months by number, 1 to 12; others are left out.
  public init(months: some Sequence<Int>) {
    bits = months.reduce(0) { 1...12 ~= $1 ? $0 | 1 << UInt16($1 - 1) : $0 }
  }

  public var isWholeYear: Bool { bits == Self.all }
  public var isEmpty: Bool { bits == 0 }
  /// The months, 1 to 12.
  public var months: [Int] { (1...12).filter { bits & 1 << UInt16($0 - 1) != 0 } }

  /// The share of its months that another season has too, 0 to 1.
  public func share(within other: Season) -> Double {
    isEmpty ? 0 : Double((bits & other.bits).nonzeroBitCount) / Double(bits.nonzeroBitCount)
  }

  /// The months in words: "June, July".
  var words: String { months.map { Self.names[$0 - 1] }.joined(separator: ", ") }
}

extension Timestamp {
  /// Months since January of the year 0.
  fileprivate var monthCount: Int { year * 12 + month - 1 }
}
