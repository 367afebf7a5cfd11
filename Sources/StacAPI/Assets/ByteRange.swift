/// What a Range header asks for (RFC 9110 section 14).
enum ByteRange: Equatable {
  /// The whole file: no range, more than one, or a unit that is not known.
  case whole
  case part(ClosedRange<Int>)
  case unsatisfiable

  init(_ header: String?, size: Int) {
    self = .whole
    guard let header, header.lowercased().hasPrefix("bytes=") else { return }
    let specification = header.dropFirst("bytes=".count).filter { $0 != " " }
    let ends = specification.split(separator: "-", omittingEmptySubsequences: false)
    guard ends.count == 2, !specification.contains(","), ends.contains(where: { !$0.isEmpty }),
      let first = Self.number(ends[0]), let last = Self.number(ends[1])
    else { return }
    switch (first, last) {
    case (let first?, let last?) where first <= last:
      self = first < size ? .part(first...min(last, size - 1)) : .unsatisfiable
    case (let first?, nil): self = first < size ? .part(first...(size - 1)) : .unsatisfiable
    case (nil, let suffix?): self = suffix > 0 && size > 0 ? .part(max(0, size - suffix)...(size - 1)) : .unsatisfiable
    default: break
    }
  }

  /// A number of digits: nil within where there are none, nil outside where the text is no number.
  private static func number(_ text: Substring) -> Int?? {
    if text.isEmpty { return .some(nil) }
    guard text.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }) else { return nil }
    return .some(text.utf8.count > 18 ? Int.max : Int(text))
  }
}
