/// A field selection as a tree of path segments, compiled once and walked beside every document.
///
/// The nodes lie in one array, children of one node side by side, so that walking touches no reference counts.
struct FieldTree: Sendable, Hashable {
  /// What a path says of the member it names.
  enum Mark: UInt8, Sendable, Hashable {
    case none, keep, drop
    /// Kept where the `datetime` beside it is null or absent.
    case keepWithoutDatetime
  }

  struct Node: Sendable, Hashable {
    /// Where the segment stands in ``FieldTree/names``.
    var name: Range<Int>
    var mark: Mark
    /// Indices of the nodes below.
    var children: Range<Int> = 0..<0
    var keepsBelow = false
    var dropsBelow = false
    var dependsOnDatetime = false
  }

  private(set) var nodes: [Node] = []
  private(set) var names: [UInt8] = []
  static let root = 0

  init(_ resource: FieldSelection.Resource, _ base: FieldSelection.Base, include: [String], exclude: [String]) {
    let exclude = exclude.flatMap { Self.readings(of: $0, resource) }
    var draft = Draft(mark: base == .everything ? .keep : .drop)
    if base == .defaultMembers {
      for (path, mark) in Self.defaults(resource) where !exclude.contains(where: { Self.covers($0, path) }) {
        draft.set(path, mark)
      }
    }
    for path in exclude { draft.set(path, .drop) }
    for path in include { for reading in Self.readings(of: path, resource) { draft.set(reading, .keep) } }
    nodes = [Node(name: 0..<0, mark: draft.mark)]
    compile(draft, at: Self.root)
  }

  private static let itemMembers = [
    "type", "stac_version", "stac_extensions", "id", "geometry", "bbox", "properties", "links", "assets", "collection",
  ]

  /// The paths that a name may mean: in an item, what is none of STAC's members is a property too.
  private static func readings(of path: String, _ resource: FieldSelection.Resource) -> [String] {
    let first = path.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)[0]
    return resource == .collection || itemMembers.contains(String(first)) ? [path] : [path, "properties." + path]
  }

  private static func defaults(_ resource: FieldSelection.Resource) -> [(path: String, mark: Mark)] {
    switch resource {
    case .item:
      ["type", "stac_version", "id", "geometry", "bbox", "links", "assets", "properties.datetime"].map { ($0, .keep) }
        + ["properties.start_datetime", "properties.end_datetime"].map { ($0, .keepWithoutDatetime) }
    case .collection:
      ["type", "stac_version", "id", "description", "license", "extent", "links"].map { ($0, .keep) }
    }
  }

  private static func covers(_ outer: String, _ path: String) -> Bool { path == outer || path.hasPrefix(outer + ".") }

  /// A tree under construction.
  private struct Draft {
    var mark: Mark = .none
    var children: [(name: [UInt8], draft: Draft)] = []

    mutating func set(_ path: String, _ mark: Mark) {
      set(path.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).map(Array.init)[...], mark)
    }

    private mutating func set(_ segments: ArraySlice<[UInt8]>, _ mark: Mark) {
      guard let first = segments.first else {
        self.mark = mark
        return
      }
      let index: Int
      if let found = children.firstIndex(where: { $0.name == first }) {
        index = found
      } else {
        index = children.count
        children.append((first, Draft()))
      }
      children[index].draft.set(segments.dropFirst(), mark)
    }
  }

  private mutating func compile(_ draft: Draft, at index: Int) {
    let start = nodes.count
    for (name, child) in draft.children {
      let nameStart = names.count
      names.append(contentsOf: name)
      nodes.append(Node(name: nameStart..<names.count, mark: child.mark))
    }
    nodes[index].children = start..<nodes.count
    for (offset, child) in draft.children.enumerated() {
      compile(child.draft, at: start + offset)
      let node = nodes[start + offset]
      let isConditional = node.mark == .keepWithoutDatetime
      if node.mark == .keep || isConditional || node.keepsBelow { nodes[index].keepsBelow = true }
      if node.mark == .drop || node.dropsBelow { nodes[index].dropsBelow = true }
      if isConditional { nodes[index].dependsOnDatetime = true }
    }
  }

  /// The node of a member; a name with dots in it takes one segment for each part.
  func child(of index: Int, named bytes: UnsafeBufferPointer<UInt8>, _ name: Range<Int>) -> Int? {
    for child in nodes[index].children {
      let segment = nodes[child].name
      let end = name.lowerBound + segment.count
      guard end <= name.upperBound, matches(segment, bytes, name.lowerBound) else { continue }
      if end == name.upperBound { return child }
      if bytes[end] == UInt8(ascii: ".") { return self.child(of: child, named: bytes, (end + 1)..<name.upperBound) }
    }
    return nil
  }

  private func matches(_ segment: Range<Int>, _ bytes: UnsafeBufferPointer<UInt8>, _ start: Int) -> Bool {
    var position = start
    for index in segment {
      if names[index] != bytes[position] { return false }
      position += 1
    }
    return true
  }
}
