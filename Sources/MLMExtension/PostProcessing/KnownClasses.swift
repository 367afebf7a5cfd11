/// Classes that references are looked up among, each in a step.
struct KnownClasses {
  private var byValue: [Int: ModelClass] = [:]
  private var byName: [String: ModelClass] = [:]
  /// Values by what documents or people call classes.
  private var byWord: [String: [Int]] = [:]
  /// Names and values that more than one class has: they lead to none.
  private var ambiguousNames: Set<String> = []
  private var ambiguousValues: Set<Int> = []
  /// The first classes, for whoever has named another.
  let choices: String

  private static let mostChoices = 20
  private static let mostLetters = 64

  init(_ classes: [ModelClass]) {
    choices = classes.prefix(Self.mostChoices).map { "\($0.value) \(($0.name ?? "").prefix(Self.mostLetters))" }
      .joined(separator: ", ")
    for entry in classes {
      if byValue[entry.value] == nil { byValue[entry.value] = entry } else { ambiguousValues.insert(entry.value) }
      for word in Set([entry.label, entry.name ?? entry.label]) { byWord[word, default: []].append(entry.value) }
      guard let name = entry.name else { continue }
      if byName.updateValue(entry, forKey: name) != nil { ambiguousNames.insert(name) }
    }
  }

  /// The first class with a value.
  subscript(value: Int) -> ModelClass? { byValue[value] }

  /// The one class with a value.
  func only(value: Int) -> ModelClass? { ambiguousValues.contains(value) ? nil : byValue[value] }

  /// Values of the classes that documents or people call so.
  func values(called text: String) -> [Int] { byWord[text] ?? [] }

  /// The one class with a name.
  func only(name: String) -> ModelClass? { ambiguousNames.contains(name) ? nil : byName[name] }
}
