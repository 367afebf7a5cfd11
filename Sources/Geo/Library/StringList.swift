internal import CGeo

/// A `NULL`-terminated list of C strings (`char **`), freed with `CSLDestroy`.
// @safe: the list has one owner, which frees it, and ends with the null that the library put there.
@safe struct StringList: ~Copyable {
  private(set) var pointer: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?

  init(_ strings: [String]) {
    unsafe pointer = nil
    for string in strings { unsafe pointer = CSLAddString(pointer, string) }
  }

  deinit { unsafe CSLDestroy(pointer) }

  /// The strings of a list that somebody else owns.
  static func copy(_ list: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) -> [String] {
    guard let list = unsafe list else { return [] }
    var strings: [String] = []
    var index = 0
    while let item = unsafe list[index] {
      unsafe strings.append(String(cString: item))
      index += 1
    }
    return strings
  }
}
