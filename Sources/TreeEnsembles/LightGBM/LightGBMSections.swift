/// The sections of a LightGBM text model: the header, then one for each tree, each of lines `name=value`.
struct LightGBMSections {
  /// One section; a line without `=` is a member with an empty value.
  struct Section {
    let name: String
    private(set) var members: [String: Substring] = [:]

    init(name: String) { self.name = name }

    mutating func add(_ line: Substring) throws(ModelFileError) {
      let end = line.firstIndex(of: "=") ?? line.endIndex
      let value = end < line.endIndex ? line[line.index(after: end)...] : ""
      guard members.updateValue(value, forKey: String(line[..<end])) == nil else {
        throw .damagedText("\(name) of the model has '\(line[..<end].prefix(40))' twice.")
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

    func integers(_ member: String) throws(ModelFileError) -> [Int] {
      var integers: [Int] = []
      for word in try text(member).split(separator: " ") {
        guard let integer = Int(word) else { throw missing(member) }
        integers.append(integer)
      }
      return integers
    }

    func reals(_ member: String) throws(ModelFileError) -> [Double] {
      var reals: [Double] = []
      for word in try text(member).split(separator: " ") {
        guard let real = Double(word) else { throw missing(member) }
        reals.append(real)
      }
      return reals
    }

    private func missing(_ member: String) -> ModelFileError {
      .damagedText("\(name) of the model has no '\(member)' that can be read.")
    }
  }

  let header: Section
  let trees: [Section]

  /// Takes a file apart; what stands behind `end of trees` (importances, parameters) is not read.
  init(_ bytes: [UInt8], limits: ModelLimits) throws(ModelFileError) {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw .damagedText("The model file is not UTF-8 text.")
    }
    var sections = [Section(name: "The header")]
    var isComplete = false
    for line in text.utf8.split(separator: UInt8(ascii: "\n")) {
      let line = Substring(line.last == UInt8(ascii: "\r") ? line.dropLast() : line)
      if line == "end of trees" {
        isComplete = true
        break
      }
      if line.hasPrefix("Tree=") {
        guard line.dropFirst(5) == "\(sections.count - 1)" else {
          throw .damagedText("Tree \(sections.count - 1) of the model is missing.")
        }
        guard sections.count <= limits.trees else { throw .tooLarge("The model has more than \(limits.trees) trees.") }
        sections.append(Section(name: "Tree \(sections.count - 1)"))
      } else if !line.isEmpty {
        try sections[sections.count - 1].add(line)
      }
    }
    guard isComplete else { throw .damagedText("The model file ends too early: it has no line 'end of trees'.") }
    header = sections[0]
    trees = Array(sections.dropFirst())
  }
}

extension ModelFileError {
  /// A LightGBM file that contradicts itself.
  static func damagedText(_ message: String) -> ModelFileError {
    ModelFileError(.damaged, "\(message) Save the model again with booster.save_model(\"model.txt\").")
  }
}
