import StacModel

extension LineageGraph {
  /// The graph in the language of Graphviz: sources left, results right.
  ///
  /// Source: Graphviz, the DOT language; all text is quoted.
  public var dot: String {
    var lines = [
      "digraph lineage {", "  rankdir=LR;", "  node [shape=box, style=rounded, fontname=\"Helvetica\"];",
    ]
    for node in nodes {
      let state = node.promotionState.map { ", \($0)" } ?? ""
      var attributes = "label=\(Self.quoted("\(node.title)\n\(node.kind.word)\(state)"))"
      if node.id == root { attributes += ", penwidth=2.5" }
      if node.state != .present { attributes += ", style=\"rounded,dashed\"" }
      if node.href.lowercased().hasPrefix("http") { attributes += ", URL=\(Self.quoted(node.href))" }
      lines.append("  \(Self.quoted(node.id)) [\(attributes)];")
    }
    for edge in edges {
      let label = edge.relation == "derived_from" ? "" : " [style=dashed, label=\(Self.quoted(edge.relation))]"
      lines.append("  \(Self.quoted(edge.to)) -> \(Self.quoted(edge.from))\(label);")
    }
    return lines.joined(separator: "\n") + "\n}\n"
  }

  private static func quoted(_ text: String) -> String {
    var output = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": output += "\\\""
      case "\\": output += "\\\\"
      case "\n": output += "\\n"
      case "\u{0}"..."\u{1F}", "\u{7F}": output += " "
      default: output.unicodeScalars.append(scalar)
      }
    }
    return output + "\""
  }

  /// The graph as two trees for a terminal: what the root was made of, and what was made of it.
  public var outline: String {
    let titles = Dictionary(uniqueKeysWithValues: nodes.map { ($0.id, $0) })
    var lines = [titles[root].map(Self.line) ?? root]
    let sources = Dictionary(grouping: edges, by: \.from).mapValues { $0.map(\.to) }
    let results = Dictionary(grouping: edges, by: \.to).mapValues { $0.map(\.from) }
    for (heading, neighbours) in [("made of", sources), ("made of it", results)] where neighbours[root] != nil {
      lines.append("  \(heading):")
      var shown: Set<String> = [root]
      Self.append(neighbours, of: root, titles, depth: 2, &shown, to: &lines)
    }
    return (lines + limits.map { "  (\($0))" }).joined(separator: "\n")
  }

  private static func append(
    _ neighbours: [String: [String]], of node: String, _ titles: [String: LineageNode], depth: Int,
    _ shown: inout Set<String>, to lines: inout [String]
  ) {
    for next in neighbours[node] ?? [] {
      let isNew = shown.insert(next).inserted
      let text = titles[next].map(line) ?? next
      lines.append(String(repeating: "  ", count: depth) + text + (isNew ? "" : " (above)"))
      if isNew { append(neighbours, of: next, titles, depth: depth + 1, &shown, to: &lines) }
    }
  }

  /// Control characters would reach the terminal.
  private static func line(_ node: LineageNode) -> String {
    let place = node.place.map { place in place.item.map { "\(place.collection)/\($0)" } ?? place.collection }
    let state = node.state == .missing ? "not there" : node.promotionState
    let text = "\(node.kind.word): \(place ?? node.title)" + (state.map { " (\($0))" } ?? "")
    return String(text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : Character($0) })
  }
}
