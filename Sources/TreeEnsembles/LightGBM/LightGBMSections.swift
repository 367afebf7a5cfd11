/// The sections of a LightGBM text model: the header, then one for each tree, each of lines `name=value`.
///
/// One is taken apart at a time: a file of many small lines takes no more memory than its text.
struct LightGBMSections {
  /// One section; a line without `=` is a member with an empty value.
  struct Section {
    /// Lines that a section may have; LightGBM writes some twenty.
    private static let maximumMembers = 1_000

    let name: String
    private let limits: ModelLimits
    private var members: [String: Substring] = [:]

    init(name: String, limits: ModelLimits) {
      self.name = name
      self.limits = limits
    }

    mutating func add(_ line: Substring) throws(ModelFileError) {
      let end = line.firstIndex(of: "=") ?? line.endIndex
      let value = end < line.endIndex ? line[line.index(after: end)...] : ""
      guard members.updateValue(value, forKey: String(line[..<end])) == nil else {
        throw .damagedText("\(name) of the model has '\(line[..<end].prefix(40))' twice.")
      }
      guard members.count <= Self.maximumMembers else {
        throw .tooLarge("\(name) of the model has more than \(Self.maximumMembers) lines.")
      }
    }

    func has(_ member: String) -> Bool { members[member] != nil }

    func text(_ member: String) throws(ModelFileError) -> Substring {
      guard let text = members[member] else { throw missing(member) }
      return text
    }

    func count(_ member: String) throws(ModelFileError) -> Int {
      guard let count = Int(try text(member)), count >= 0 else { throw missing(member) }
      return count
    }

    func integers(_ member: String) throws(ModelFileError) -> [Int] { try numbers(member) { Int($0) } }

    func reals(_ member: String) throws(ModelFileError) -> [Double] { try numbers(member) { Double($0) } }

    private func numbers<Number>(
      _ member: String, read: (Substring) -> Number?
    ) throws(ModelFileError) -> [Number] {
      let space = UInt8(ascii: " ")
      var numbers: [Number] = []
      var rest = try text(member).utf8[...]
      while let start = rest.firstIndex(where: { $0 != space }) {
        let end = rest[start...].firstIndex(of: space) ?? rest.endIndex
        guard let number = read(Substring(rest[start..<end])) else { throw missing(member) }
        guard numbers.count < limits.nodes else {
          throw .tooLarge("\(name) of the model has more than \(limits.nodes) numbers in '\(member)'.")
        }
        numbers.append(number)
        rest = rest[end...]
      }
      return numbers
    }

    private func missing(_ member: String) -> ModelFileError {
      .damagedText("\(name) of the model has no '\(member)' that can be read.")
    }
  }

  private let limits: ModelLimits
  /// What has not been read yet.
  private var rest: Substring.UTF8View
  /// How many sections were read.
  private var count = 0
  private var isComplete = false

  init(_ bytes: [UInt8], limits: ModelLimits) throws(ModelFileError) {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw .damagedText("The model file is not UTF-8 text.")
    }
    self.limits = limits
    rest = text[...].utf8
  }

  /// The next section, nil behind the last; what stands behind `end of trees` (importances, parameters) is not read.
  mutating func next() throws(ModelFileError) -> Section? {
    guard !isComplete else { return nil }
    var section = Section(name: count == 0 ? "The header" : "Tree \(count - 1)", limits: limits)
    count += 1
    while let line = nextLine() {
      if line == "end of trees" {
        isComplete = true
        return section
      }
      if line.hasPrefix("Tree=") {
        guard line.dropFirst(5) == "\(count - 1)" else {
          throw .damagedText("Tree \(count - 1) of the model is missing.")
        }
        guard count <= limits.trees else { throw .tooLarge("The model has more than \(limits.trees) trees.") }
        return section
      }
      if !line.isEmpty { try section.add(line) }
    }
    throw .damagedText("The model file ends too early: it has no line 'end of trees'.")
  }

  /// A line without its end, nil behind the last.
  private mutating func nextLine() -> Substring? {
    guard !rest.isEmpty else { return nil }
    let end = rest.firstIndex(of: UInt8(ascii: "\n")) ?? rest.endIndex
    let line = rest[..<end]
    rest = end < rest.endIndex ? rest[rest.index(after: end)...] : rest[end...]
    return Substring(line.last == UInt8(ascii: "\r") ? line.dropLast() : line)
  }
}

extension ModelFileError {
  /// A LightGBM file that contradicts itself.
  static func damagedText(_ message: String) -> ModelFileError {
    ModelFileError(.damaged, "\(message) Save the model again with booster.save_model(\"model.txt\").")
  }
}
