import CQL2
import MLMExtension
import StacModel
import StacSearch
import StacStore

/// `gnomon:reads = 'collection/item'` in searches: the models that can read an item, found by matching, and then looked for by
/// their identifiers.
extension ModelMatching {
  /// The most different items that one search may name.
  private static let mostItems = 16

  /// A search whose conditions on ``StacSearch/ModelItemProperties/reads`` are conditions on identifiers.
  ///
  /// - Throws: ``ParameterError`` for an item that is not there, and for other comparisons than `=` and `IN`.
  func resolving(_ search: SearchRequest) async throws -> SearchRequest {
    var search = search
    let parameters = search.propertyParameters.filter { $0.name == ModelItemProperties.reads }
    let isNamed = [search.filter?.expression, search.query].contains {
      $0?.names(property: ModelItemProperties.reads) == true
    }
    guard isNamed || !parameters.isEmpty else { return search }
    search.propertyParameters.removeAll { $0.name == ModelItemProperties.reads }
    let conditions = parameters.map {
      Expression.operation(.equal, [.property(ModelItemProperties.reads), .string($0.value)])
    }
    let all = (search.query.map { [$0] } ?? []) + conditions
    search.query = all.count > 1 ? .operation(.and, all) : all.first
    let texts = Set([search.filter?.expression, search.query].compactMap(\.self).flatMap(\.itemsRead))
    guard texts.count <= Self.mostItems else {
      throw ParameterError(ModelItemProperties.reads, "more than \(Self.mostItems) items are named")
    }
    var found: [String: Expression] = [:]
    for text in texts { found[text] = try await readers(of: text) }
    search.filter = search.filter?.replacing { $0.readers(found) }
    search.query = search.query?.replacing { $0.readers(found) }
    let isLeft = [search.filter?.expression, search.query].contains {
      $0?.names(property: ModelItemProperties.reads) == true
    }
    guard !isLeft else {
      throw ParameterError(
        ModelItemProperties.reads,
        "it can be compared by = and IN alone, with texts such as 'collection/item', and by IS NULL")
    }
    return search
  }

  /// The condition that the models meet that can read an item.
  private func readers(of text: String) async throws -> Expression {
    let parts = text.split(separator: "/", maxSplits: 1).compactMap { PercentCoding.decodeKeepingUnicode($0) }
    guard parts.count == 2 else {
      throw ParameterError(ModelItemProperties.reads, "'\(text.prefix(64))' is no item such as 'collection/item'")
    }
    let reference = ItemReference(collection: parts[0], id: parts[1])
    let models: [ItemReference]
    do {
      models = try await readers(of: reference)
    } catch StoreError.notFound(let what) {
      throw ParameterError(ModelItemProperties.reads, "there is no \(what)")
    }
    let collections = Dictionary(grouping: models, by: \.collection).sorted {
      $0.key.utf8.lexicographicallyPrecedes($1.key.utf8)
    }
    let conditions = collections.map { collection, models in
      let ids = Expression.array(models.map { .string($0.id) })
      return Expression.operation(
        .and,
        [
          .operation(.equal, [.property("collection"), .string(collection)]), .operation(.in, [.property("id"), ids]),
        ])
    }
    return conditions.count > 1 ? .operation(.or, conditions) : conditions.first ?? .boolean(false)
  }

  /// The models that can read an item, in no order.
  @concurrent private func readers(of item: ItemReference) async throws -> [ItemReference] {
    let source = MatchSource(.together, try await scenes(of: [item], nil))
    return try MatchOutcome.feedable(source, try await directory.models(), onlyApproved: false)
  }
}

extension Expression {
  /// The items that comparisons of ``StacSearch/ModelItemProperties/reads`` name.
  fileprivate var itemsRead: [String] { comparedItems ?? children.flatMap(\.itemsRead) }

  /// The items that this comparison names; nil where it is none.
  private var comparedItems: [String]? {
    guard case .operation(let symbol, let arguments) = self, arguments.count == 2 else { return nil }
    let plain = arguments.map(\.withoutFolding)
    switch (symbol, plain[0], plain[1]) {
    case (.equal, .property(ModelItemProperties.reads), .string(let text)),
      (.equal, .string(let text), .property(ModelItemProperties.reads)):
      return [text]
    case (.in, .property(ModelItemProperties.reads), .array(let elements)):
      let texts = elements.compactMap { element -> String? in
        if case .string(let text) = element.withoutFolding { text } else { nil }
      }
      return texts.count == elements.count ? texts : nil
    default: return nil
    }
  }

  /// What stands in the place of a comparison; nil where it is none.
  fileprivate func readers(_ found: [String: Expression]) -> Expression? {
    // What is no model reads nothing.
    if self == .operation(.isNull, [.property(ModelItemProperties.reads)]) {
      return .operation(.isNull, [.property("mlm:name")])
    }
    guard let items = comparedItems else { return nil }
    let conditions = items.compactMap { found[$0] }
    return conditions.count > 1 ? .operation(.or, conditions) : conditions.first ?? .boolean(false)
  }

  /// The query extension compares texts without regard to case; identifiers are compared as they are.
  private var withoutFolding: Expression {
    if case .operation(.casei, let arguments) = self, arguments.count == 1 { arguments[0].withoutFolding } else { self }
  }
}
