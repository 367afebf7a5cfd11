import MLMExtension
public import StacModel

extension MatchOutcome {
  /// The answer as it is for whoever asks no server: without links.
  public var summary: JSONObject {
    guard let base = BaseURL("http://localhost") else { return [:] }
    var answer = document(base: base, links: LinkList())
    answer["links"] = nil
    for name in ["models", "refused"] {
      answer[name] = .array(
        (answer[name]?.array ?? []).map { model in
          var model = model.object ?? [:]
          model["links"] = nil
          return .object(model)
        })
    }
    return answer
  }

  /// The answer.
  ///
  /// - Parameter page: the links of the answer itself and of the pages beside it.
  func document(base: BaseURL, links page: LinkList) -> JSONObject {
    [
      "source": .object(sourceDocument), "models": .array(matches.map { .object(document($0, base)) }),
      "refused": .array(refused.map { .object(document(refused: $0, base)) }),
      "numberMatched": .init(numberMatched), "numberReturned": .init(matches.count),
      "numberRefused": .init(numberRefused), "refusedBy": .object(counts), "links": page.json,
    ]
  }

  private var counts: JSONObject {
    JSONObject(
      MatchReason.Code.allCases.compactMap { code in
        reasonCounts[code].map { JSONObject.Member(name: code.rawValue, value: .init($0)) }
      })
  }

  /// What was understood of what models are to be fed with.
  private var sourceDocument: JSONObject {
    let kind =
      switch source.kind {
      case .together: "items"
      case .choice: "collection"
      case .described: "description"
      }
    var object: JSONObject = ["kind": .string(kind)]
    if case .collection(let id) = request.subject { object["collection"] = .string(id) }
    if source.kind == .together { object["items"] = .array(source.scenes.map { .object($0.reference) }) }
    if source.kind == .choice {
      object["items_read"] = .init(source.scenes.count)
      object["items_left"] = .bool(source.hasMore)
    }
    let names = source.scenes.flatMap { $0.bands.table.bands.compactMap(\.name) }
    var seen: Set<String> = []
    object["bands"] = .array(names.filter { seen.insert($0).inserted }.map { .string($0) })
    return object
  }

  private func document(_ match: Match, _ base: BaseURL) -> JSONObject {
    var object = Self.heading(match.model, base)
    let score = match.judgement.score
    object["score"] = JSONValue(score.total.rounded4)
    object["parts"] = .object(
      JSONObject(
        MatchScore.Part.allCases.map { part in
          .init(
            name: part.rawValue,
            value: [
              "value": score[known: part].map { JSONValue($0.rounded4) } ?? .null, "weight": JSONValue(part.weight),
            ])
        }))
    switch match.model.requirements.steps {
    case .none: object["time_steps"] = .null
    case .count(let count): object["time_steps"] = .init(count)
    case .unknown: object["time_steps"] = "any"
    }
    if source.kind != .described {
      object["items"] = .array(match.judgement.scenes.map { .object(source.scenes[$0].reference) })
    }
    if let obstacle = match.model.requirements.obstacle { object["obstacle"] = .string(obstacle) }
    object["links"] = Self.links(match.model, base, isRunnable: match.model.requirements.obstacle == nil).json
    return object
  }

  private func document(refused match: Match, _ base: BaseURL) -> JSONObject {
    var object = Self.heading(match.model, base)
    object["reasons"] = .array(match.judgement.reasons.map { .object($0.json) })
    object["links"] = Self.links(match.model, base, isRunnable: false).json
    return object
  }

  /// What a model is called.
  private static func heading(_ model: KnownModel, _ base: BaseURL) -> JSONObject {
    let reference = model.reference
    var object: JSONObject = [
      "id": .string(reference.processID), "collection": .string(reference.collection), "item": .string(reference.id),
    ]
    if let title = model.title { object["title"] = .string(title) }
    if let version = model.version { object["version"] = .string(version) }
    if let state = model.standing.state { object["state"] = .string(state) }
    if model.standing.isDeprecated { object["deprecated"] = true }
    return object
  }

  private static func links(_ model: KnownModel, _ base: BaseURL, isRunnable: Bool) -> LinkList {
    let reference = model.reference
    var links = LinkList()
    links.add("item", base.url("collections", reference.collection, "items", reference.id), .geoJSON)
    links.add("sources", base.url("models") + "/\(reference.processID)/sources")
    if isRunnable { links.add(.execute, base.url("processes") + "/\(reference.processID)/execution") }
    return links
  }
}

extension ItemReference {
  /// `{collection}:{item}`, each percent-encoded, so that only one colon is bare.
  public var processID: String { PercentCoding.encode(collection) + ":" + PercentCoding.encode(id) }
}

extension Scene {
  /// The item by its collection and identifier, as far as it has them.
  var reference: JSONObject {
    var object: JSONObject = [:]
    if let collection { object["collection"] = .string(collection) }
    if let id { object["id"] = .string(id) }
    return object
  }
}

extension MatchReason {
  var json: JSONObject {
    var object: JSONObject = ["code": .string(code.rawValue), "message": .string(message)]
    if !bands.isEmpty { object["bands"] = .array(bands.map { .string($0) }) }
    return object
  }
}

extension Double {
  /// To four decimals.
  var rounded4: Double { (self * 10_000).rounded() / 10_000 }
}
