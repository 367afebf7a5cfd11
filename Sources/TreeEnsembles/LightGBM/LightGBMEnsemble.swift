extension EnsembleModel {
  /// A LightGBM text model, `booster.save_model("model.txt")`.
  init(lightGBM bytes: [UInt8], limits: ModelLimits) throws(ModelFileError) {
    var sections = try LightGBMSections(bytes, limits: limits)
    guard let header = try sections.next() else { throw .damagedText("The model file is empty.") }
    let version = header.has("version") ? String(try header.text("version").prefix(20)) : "unknown"
    guard ["v2", "v3", "v4"].contains(version) else {
      throw .version("The model was saved in version '\(version)' of LightGBM's text format; v2 to v4 are understood.")
    }
    let outputCount = try header.count("num_tree_per_iteration")
    let (last, overflow) = try header.count("max_feature_idx").addingReportingOverflow(1)
    guard !overflow, last <= limits.features else {
      throw .tooLarge("The model has more than \(limits.features) features.")
    }
    guard outputCount <= limits.outputs else { throw .tooLarge("The model has more than \(limits.outputs) outputs.") }
    guard outputCount > 0 else { throw .damagedText("The model has no outputs.") }
    let text = header.has("objective") ? try header.text("objective") : ""
    let objective = try LightGBMObjective(text, outputCount: outputCount)
    let isMean = header.has("average_output")
    var sets: [CategorySet] = []
    let trees = try Self.trees(&sections, featureCount: last, outputCount: outputCount, limits: limits, sets: &sets)
    guard !trees.isEmpty, trees.count % outputCount == 0 else {
      throw .damagedText("The \(trees.count) trees of the model do not fit its \(outputCount) outputs.")
    }
    try self.init(
      facts: ModelFacts(
        format: .lightGBM, library: "LightGBM", version: version, objective: String(text.prefix(60)),
        kind: objective.kind, featureCount: last, outputCount: outputCount,
        featureNames: try Self.names(header, count: last), treeCount: trees.count),
      terms: .trees(trees, sets: sets), bases: [Double](repeating: 0, count: outputCount), precision: .double,
      transform: OutputTransform(
        function: objective.function, divisor: isMean ? Double(trees.count / outputCount) : 1))
  }

  private static func trees(
    _ sections: inout LightGBMSections, featureCount: Int, outputCount: Int, limits: ModelLimits,
    sets: inout [CategorySet]
  ) throws(ModelFileError) -> [EnsembleTree] {
    var trees: [EnsembleTree] = []
    var (nodes, categories) = (0, 0)
    while let section = try sections.next() {
      let known = sets.count
      let reader = LightGBMTreeReader(section: section, featureCount: featureCount, limits: limits)
      let tree = try reader.tree(output: trees.count % outputCount, sets: &sets)
      nodes += tree.splitCount + tree.leafCount
      for set in sets[known...] { categories += Int(set.members.last ?? 0) / 8 + 4 }
      guard nodes <= limits.nodes, categories <= limits.categoryBytes else {
        throw .tooLarge("The trees of the model have more than \(limits.nodes) nodes or too many categories.")
      }
      trees.append(tree)
    }
    return trees
  }

  /// The names of the features; nil for those that LightGBM gives itself.
  private static func names(_ header: LightGBMSections.Section, count: Int) throws(ModelFileError) -> [String]? {
    guard header.has("feature_names") else { return nil }
    let names = try header.text("feature_names").split(separator: " ").map(String.init)
    guard names.count == count else {
      throw .damagedText("The model has \(names.count) feature_names for \(count) features.")
    }
    return names.enumerated().allSatisfy { $0.element == "Column_\($0.offset)" } ? nil : names
  }
}
