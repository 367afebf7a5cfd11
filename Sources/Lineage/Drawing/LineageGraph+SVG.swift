import StacModel

extension LineageGraph {
  /// The graph as a drawing (SVG 1.1): sources left, results right, each node a box that leads to its document.
  ///
  /// All text is escaped; nothing in it runs or is fetched.
  public var svg: String { SVGDrawing(self).text }
}

/// One drawing.
private struct SVGDrawing {
  private let graph: LineageGraph
  private let columns: [[Int]]
  private let tallest: Int

  private static let boxWidth = 224
  private static let boxHeight = 52
  private static let columnGap = 92
  private static let rowGap = 20
  private static let margin = 28
  private static let header = 46
  private static let footer = 34

  init(_ graph: LineageGraph) {
    self.graph = graph
    columns = LineageLayout(graph).columns
    tallest = columns.map(\.count).max() ?? 1
  }

  private var width: Int {
    let content = columns.count * Self.boxWidth + max(0, columns.count - 1) * Self.columnGap
    return max(2 * Self.margin + content, 560)
  }
  private var height: Int {
    Self.header + tallest * Self.boxHeight + (tallest - 1) * Self.rowGap + Self.margin + Self.footer
  }

  var text: String {
    let title = graph.nodes.first?.title ?? graph.root
    var places: [String: Box] = [:]
    for (index, column) in columns.enumerated() {
      for (row, node) in column.enumerated() { places[graph.nodes[node].id] = box(index, row, of: column.count) }
    }
    var lines = [
      """
      <svg xmlns="http://www.w3.org/2000/svg" width="\(width)" height="\(height)" viewBox="0 0 \(width) \(height)" \
      font-family="Helvetica, Arial, sans-serif" role="img">
      """,
      "<title>Lineage of \(Self.escaped(title))</title>",
      """
      <defs><marker id="arrow" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto">\
      <path d="M0 0L10 5L0 10z" fill="#7b8794"/></marker></defs>
      """,
      "<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>",
      """
      <text x="\(Self.margin)" y="28" font-size="15" font-weight="600" fill="#1f2933">Lineage of \
      \(Self.escaped(Self.shortened(title, to: (width - 2 * Self.margin - 90) / 8)))</text>
      """,
    ]
    lines += graph.edges.compactMap { line($0, places) }
    lines += graph.nodes.compactMap { node in places[node.id].map { drawn(node, in: $0) } }
    lines.append(legend)
    return lines.joined(separator: "\n") + "\n</svg>\n"
  }

  private struct Box {
    let x: Int
    let y: Int
    var middle: Int { y + SVGDrawing.boxHeight / 2 }
    var right: Int { x + SVGDrawing.boxWidth }
  }

  private func box(_ column: Int, _ row: Int, of count: Int) -> Box {
    let step = Self.boxHeight + Self.rowGap
    return Box(
      x: Self.margin + column * (Self.boxWidth + Self.columnGap),
      y: Self.header + (tallest - count) * step / 2 + row * step)
  }

  /// A line from what something was made of to what was made.
  private func line(_ edge: LineageEdge, _ places: [String: Box]) -> String? {
    guard let source = places[edge.to], let made = places[edge.from] else { return nil }
    let style = edge.relation == "derived_from" ? "" : " stroke-dasharray=\"5 4\""
    let path: String
    if source.x < made.x {
      // Past other columns it keeps its height, and bends in the last gap.
      let start = made.x - Self.columnGap
      let bend = Self.columnGap / 2
      path =
        "M\(source.right) \(source.middle)H\(start)"
        + "C\(start + bend) \(source.middle) \(made.x - bend) \(made.middle) \(made.x) \(made.middle)"
    } else {
      // A circle: round about, below.
      let low = max(source.y, made.y) + Self.boxHeight + 16
      path =
        "M\(source.right) \(source.middle)C\(source.right + 60) \(low) \(made.x - 60) \(low) \(made.x) \(made.middle)"
    }
    return """
      <path d="\(path)" fill="none" stroke="#7b8794" stroke-width="1.4"\(style) marker-end="url(#arrow)">\
      <title>\(Self.escaped(edge.relation))</title></path>
      """
  }

  private func drawn(_ node: LineageNode, in box: Box) -> String {
    let color = node.kind.color
    let isRoot = node.id == graph.root
    let outline = node.state == .present ? "" : " stroke-dasharray=\"4 3\""
    let content = """
      <rect x="\(box.x)" y="\(box.y)" width="\(Self.boxWidth)" height="\(Self.boxHeight)" rx="8" fill="\(color.fill)" \
      stroke="\(color.stroke)" stroke-width="\(isRoot ? 3 : 1.4)"\(outline)/>\
      <text x="\(box.x + 12)" y="\(box.y + 22)" font-size="13" font-weight="600" fill="#1f2933">\
      \(Self.escaped(Self.shortened(node.title, to: 25)))</text>\
      <text x="\(box.x + 12)" y="\(box.y + 40)" font-size="11" fill="#52606d">\
      \(Self.escaped(Self.shortened(subtitle(node), to: 33)))</text>
      """
    let hint = "<title>\(Self.escaped(node.title))&#10;\(Self.escaped(node.href))</title>"
    guard Self.mayBeFollowed(node.href) else { return "<g>\(hint)\(content)</g>" }
    return "<a href=\"\(Self.escaped(node.href))\" target=\"_top\">\(hint)\(content)</a>"
  }

  private func subtitle(_ node: LineageNode) -> String {
    var parts = [node.kind.word]
    switch node.kind {
    case .data:
      if let path = node.details["dvc:path"]?.string { parts.append(path) }
    case .container: if let digest = node.details["digest"]?.string { parts.append(String(digest.prefix(19))) }
    default: if let collection = node.place?.collection { parts.append(collection) }
    }
    if let state = node.promotionState { parts.append(state) }
    if node.state == .missing { parts.append("not there") }
    if node.state == .remote, [.item, .collection, .other].contains(node.kind) { parts.append("elsewhere") }
    return parts.joined(separator: " · ")
  }

  private var legend: String {
    let kinds = LineageNode.Kind.allCases.filter { kind in graph.nodes.contains { $0.kind == kind } }
    var x = Self.margin
    let y = height - 16
    var text = ""
    for kind in kinds {
      text += """
        <rect x="\(x)" y="\(y - 9)" width="11" height="11" rx="3" fill="\(kind.color.fill)" stroke="\(kind.color.stroke)"/>\
        <text x="\(x + 16)" y="\(y)" font-size="11" fill="#52606d">\(kind.word)</text>
        """
      x += 30 + kind.word.count * 7
    }
    if !graph.limits.isEmpty {
      text += """
        <text x="\(width - Self.margin)" y="28" font-size="11" text-anchor="end" fill="#b44d12">\
        \(Self.escaped(Self.shortened(graph.limits[0], to: 34)))</text>
        """
    }
    return text
  }

  private static func mayBeFollowed(_ href: String) -> Bool {
    let scheme = href.lowercased()
    return scheme.hasPrefix("https://") || scheme.hasPrefix("http://")
  }

  private static func shortened(_ text: String, to count: Int) -> String {
    text.count <= count ? text : text.prefix(max(1, count - 1)) + "…"
  }

  /// Text as XML 1.0 takes it, without what XML has no character for.
  static func escaped(_ text: String) -> String {
    var output = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": output += "&amp;"
      case "<": output += "&lt;"
      case ">": output += "&gt;"
      case "\"": output += "&quot;"
      case "'": output += "&#39;"
      case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{FFFE}", "\u{FFFF}": output += " "
      // What turns the direction of writing would turn what stands behind it.
      case "\u{202A}"..."\u{202E}", "\u{2066}"..."\u{2069}", "\u{200E}", "\u{200F}": output += " "
      default: output.unicodeScalars.append(scalar)
      }
    }
    return output
  }
}

extension LineageNode.Kind {
  /// What a box of this kind looks like.
  fileprivate struct Color {
    let fill: String
    let stroke: String
  }

  fileprivate var color: Color {
    switch self {
    case .model: Color(fill: "#e6e0fa", stroke: "#6b46c1")
    case .result: Color(fill: "#dcf5e7", stroke: "#2f855a")
    case .item: Color(fill: "#e1effe", stroke: "#2b6cb0")
    case .collection: Color(fill: "#d6e9f8", stroke: "#2c5282")
    case .data: Color(fill: "#fdf0d5", stroke: "#b7791f")
    case .run: Color(fill: "#fde2e4", stroke: "#c53030")
    case .container: Color(fill: "#e0f2f1", stroke: "#2c7a7b")
    case .code: Color(fill: "#eceff4", stroke: "#4a5568")
    case .other: Color(fill: "#f7f7f7", stroke: "#7b8794")
    }
  }

  /// The kind in words.
  var word: String {
    switch self {
    case .model: "model"
    case .result: "result"
    case .item: "item"
    case .collection: "collection"
    case .data: "training data"
    case .run: "MLflow run"
    case .container: "container"
    case .code: "code"
    case .other: "elsewhere"
    }
  }
}
