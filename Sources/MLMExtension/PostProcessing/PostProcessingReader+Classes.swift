import StacModel

// Members that speak of classes: by name, or by value.

extension PostProcessingReader {
  mutating func unknownClass() -> ModelClass? {
    guard let placed = placed(.unknownClass), let members = object(placed, of: ["value", "name", "color_hint"]) else {
      return nil
    }
    guard let value = members["value"] else {
      fault(placed.pointer, "the unknown class has no value", mend: "write value, a whole number that no class has")
      return nil
    }
    return described(value, members, defaultName: "unknown", known: classLookup, replacing: [])
  }

  /// A class by its value, with a name and a colour where no known class has the value.
  ///
  /// - Parameter replaced: values of classes that it stands for, so that it may have the name of one of them.
  private mutating func described(
    _ value: PlacedMember, _ members: [String: PlacedMember], defaultName: String, known: KnownClasses?,
    replacing replaced: [Int]
  ) -> ModelClass? {
    guard let code = classValue(value) else { return nil }
    let (name, color) = (text(members["name"]), color(members["color_hint"]))
    guard let existing = known?[code] else {
      let made = ModelClass(value: code, name: name ?? defaultName, color: color)
      refuseTaken(made, among: known, replacing: replaced, at: members["name"] ?? value)
      return made
    }
    for (word, isOther) in [
      ("name", name.map { $0 != existing.label && $0 != existing.name }),
      ("color_hint", color.map { $0 != existing.color }),
    ] where isOther == true {
      fault(
        members[word]?.pointer ?? value.pointer, "the value \(code) is that of the class \(existing.label)",
        mend: "leave \(word) out, or write a value that no class has")
    }
    return existing
  }

  /// Two classes of one name cannot be told apart in a map.
  private mutating func refuseTaken(
    _ made: ModelClass, among known: KnownClasses?, replacing replaced: [Int], at place: PlacedMember
  ) {
    guard let other = known?.values(called: made.label).first(where: { !replaced.contains($0) }) else { return }
    fault(
      place.pointer, "the class \(other) is called \(made.label) already",
      mend: "write a name that no class has")
  }

  private mutating func classValue(_ placed: PlacedMember) -> Int? {
    let range = PostProcessingBounds.classValues
    return number(placed, Double(range.lowerBound)...Double(range.upperBound), isWhole: true).map { Int($0) }
  }

  private mutating func text(_ placed: PlacedMember?) -> String? {
    guard let placed else { return nil }
    if let text = placed.value.string, !text.isEmpty, text.count <= PostProcessingBounds.mostLetters { return text }
    fault(
      placed.pointer, "a name of 1 to \(PostProcessingBounds.mostLetters) letters was expected",
      mend: "write a string, or leave it out")
    return nil
  }

  private mutating func color(_ placed: PlacedMember?) -> String? {
    guard let placed else { return nil }
    if let text = placed.value.string, text.count == 6, text.allSatisfy({ $0.isASCII && $0.isHexDigit }) { return text }
    fault(placed.pointer, "no colour", mend: "write six hexadecimal digits RRGGBB without '#'")
    return nil
  }

  mutating func classThresholds() -> [Int: Double] {
    guard let placed = placed(.classThresholds) else { return [:] }
    var thresholds: [Int: Double] = [:]
    for element in elements(placed, most: PostProcessingBounds.mostGroups) where !isFull {
      guard let members = object(element, of: ["classes", "probability"]) else { continue }
      guard let classes = members["classes"], let probability = members["probability"] else {
        fault(element.pointer, "classes or probability is missing", mend: "write both")
        continue
      }
      let least = number(probability, PostProcessingBounds.probability)
      for reference in references(classes, among: classLookup) {
        if thresholds[reference.value] != nil { twice(reference) }
        thresholds[reference.value] = least
      }
    }
    return thresholds
  }

  mutating func dissolve(_ result: PostProcessing) -> [DissolvedClasses] {
    guard let placed = placed(.dissolve) else { return [] }
    let known = classes.map { KnownClasses(result.rasterClasses($0)) }
    var groups: [DissolvedClasses] = []
    var (seen, targets) = (Set<Int>(), DissolvedTargets())
    for element in elements(placed, most: PostProcessingBounds.mostGroups) where !isFull {
      guard let members = object(element, of: ["classes", "value", "name", "color_hint", "multipolygon"]) else {
        continue
      }
      guard let classes = members["classes"] else {
        fault(element.pointer, "classes is missing", mend: "name the classes that become one")
        continue
      }
      let found = references(classes, among: known)
      for reference in found where seen.contains(reference.value) { twice(reference) }
      let own = found.map(\.value).filter { seen.insert($0).inserted }
      let told = faults.count
      guard let group = group(own, members, known) else { continue }
      // What is wrong with its name already is told once.
      if let twin = targets.insert(group.target), faults.count == told {
        refuse(twin, group.target, members, at: element)
      }
      groups.append(group)
    }
    return groups
  }

  /// The group of a document: its class is one of its own, perhaps renamed, or a new one.
  private mutating func group(
    _ values: [Int], _ members: [String: PlacedMember], _ known: KnownClasses?
  ) -> DissolvedClasses? {
    let isMultiPolygon = flag(members["multipolygon"])
    var chosen = values.first
    if let placed = members["value"] { chosen = classValue(placed) }
    guard let value = chosen, !values.isEmpty else { return nil }
    let target: ModelClass?
    if let placed = members["value"], !values.contains(value) {
      if known?[value] != nil {
        fault(placed.pointer, "the value is that of a class outside the group", mend: "add the class, or another value")
        return nil
      }
      let named = values.map(String.init).joined(separator: "+")
      target = described(placed, members, defaultName: named, known: known, replacing: values)
    } else {
      target = renamed(
        known?[value] ?? ModelClass(value: value, name: nil, color: nil), members, known, replacing: values)
    }
    return target.map { DissolvedClasses(values: values, target: $0, isMultiPolygon: isMultiPolygon) }
  }

  /// A class of the group, with the name and the colour that the document gives it.
  private mutating func renamed(
    _ own: ModelClass, _ members: [String: PlacedMember], _ known: KnownClasses?, replacing replaced: [Int]
  ) -> ModelClass {
    let (name, color) = (text(members["name"]) ?? own.label, color(members["color_hint"]) ?? own.color)
    if name == own.label, color == own.color { return own }
    let made = ModelClass(value: own.value, name: name, color: color)
    if let place = members["name"] { refuseTaken(made, among: known, replacing: replaced, at: place) }
    return made
  }

  /// Refuses a group that becomes what an earlier one has become.
  private mutating func refuse(
    _ twin: DissolvedTargets.Twin, _ target: ModelClass, _ members: [String: PlacedMember], at element: PlacedMember
  ) {
    switch twin {
    case .value:
      fault(
        (members["value"] ?? element).pointer, "two groups become the value \(target.value)",
        mend: "write one group, or a value for each")
    case .name:
      fault(
        (members["name"] ?? members["value"] ?? element).pointer, "two groups are called \(target.label)",
        mend: "write one group, or a name for each")
    }
  }

  private mutating func flag(_ placed: PlacedMember?) -> Bool {
    guard let placed else { return false }
    if placed.value.bool == nil {
      fault(placed.pointer, "true or false was expected", mend: "write one of the two, or leave it out")
    }
    return placed.value.bool ?? false
  }

  /// A class that a document names, and where.
  struct Reference {
    let value: Int
    let pointer: JSONPointer
  }

  private mutating func twice(_ reference: Reference) {
    fault(reference.pointer, "the class \(reference.value) stands twice", mend: "name it once")
  }

  /// The values of classes named by name or value.
  mutating func references(_ placed: PlacedMember, among known: KnownClasses?) -> [Reference] {
    let elements = elements(placed, most: PostProcessingBounds.mostClasses)
    if elements.isEmpty, placed.value.array != nil {
      fault(placed.pointer, "no class is named", mend: "name one at least, by name or value")
    }
    var references: [Reference] = []
    for element in elements where !isFull {
      if let reference = reference(element, among: known) { references.append(reference) }
    }
    return references
  }

  private mutating func reference(_ element: PlacedMember, among known: KnownClasses?) -> Reference? {
    guard let known else { return unresolved(element) }
    let value = element.value.integer.flatMap { Int(exactly: $0) }
    if let found = value.flatMap({ known.only(value: $0) }) ?? element.value.string.flatMap({ known.only(name: $0) }) {
      return Reference(value: found.value, pointer: element.pointer)
    }
    fault(
      element.pointer, "this is no class of the model",
      mend: "write the name or the value of one of \(known.choices)")
    return nil
  }

  private mutating func unresolved(_ element: PlacedMember) -> Reference? {
    if element.value.string != nil { return nil }
    if let value = element.value.integer.flatMap({ Int(exactly: $0) }) {
      return Reference(value: value, pointer: element.pointer)
    }
    fault(element.pointer, "a class is named by its name or value", mend: "write a string or a whole number")
    return nil
  }
}

/// What groups have become: each value and each name once.
private struct DissolvedTargets {
  enum Twin { case value, name }

  private var values: Set<Int> = []
  private var names: Set<String> = []

  /// Notes what a group becomes; gives what an earlier one has in common with it.
  mutating func insert(_ target: ModelClass) -> Twin? {
    let (isNewValue, isNewName) = (values.insert(target.value).inserted, names.insert(target.label).inserted)
    return !isNewValue ? .value : isNewName ? nil : .name
  }
}
