import StacModel

/// What a document says it was made of, one link or asset.
struct LineageSource {
  let relation: String
  let kind: LineageNode.Kind
  /// Where it lies in a catalog, by the form of its address.
  let place: CatalogPlace?
  let href: String
  let title: String?
  let details: JSONObject
  /// What the link says of data of DVC.
  var data: TrainingDataLink?

  /// What an item or a collection was made of, in the order of its links, then of its assets.
  static func sources(of document: JSONObject, at place: CatalogPlace) -> [LineageSource] {
    let origin: CatalogPlace.Document = place.item == nil ? .collection : .item(collection: place.collection)
    var sources: [LineageSource] = []
    for link in document.links where link.rel == LinkRelation.derivedFrom.rawValue && !link.href.isEmpty {
      sources.append(LineageSource(derivedFrom: link, origin))
    }
    guard document.declaresModel else { return sources }
    for link in document.links where link.rel == LinkRelation.mlflowRun.rawValue && !link.href.isEmpty {
      sources.append(LineageSource(run: link))
    }
    return sources + document.assets.compactMap(LineageSource.init(asset:))
  }

  private init(run link: Link) {
    relation = link.rel
    kind = .run
    place = nil
    href = link.href
    title = link.title
    details = link.json.members { $0.hasPrefix("mlflow:") }
  }

  private init(derivedFrom link: Link, _ origin: CatalogPlace.Document) {
    relation = link.rel
    href = link.href
    if let data = TrainingDataLink(link) {
      self.data = data
      kind = .data
      place = nil
      let path = link.json["dvc:path"]?.string
      title = link.title ?? path
      details = link.json.members { $0.hasPrefix("dvc:") || $0.hasPrefix("git:") }
      return
    }
    place = CatalogPlace(href: link.href, in: origin)
    kind = place == nil ? .other : place?.item == nil ? .collection : .item
    title = link.title
    details = link.json.members { $0.hasPrefix("git:") || $0.hasPrefix("file:") }
  }

  /// A container image or source code among the assets of a model.
  private init?(asset: Asset) {
    let roles = Set(asset.roles)
    let isContainer = asset.isContainer || asset.isRuntime
    let isCode = !roles.isDisjoint(with: ["code", "mlm:source_code", "mlm:training-code", "mlm:inference-code"])
    guard isContainer || isCode, !asset.href.isEmpty else { return nil }
    relation = isContainer ? "runtime" : "code"
    kind = isContainer ? .container : .code
    place = nil
    href = asset.href
    title = isContainer ? asset.href : asset.title ?? asset.key
    var details = asset.json.members { $0.hasPrefix("git:") || $0 == "mlm:entrypoint" || $0 == "file:checksum" }
    if isContainer, let digest = asset.href.split(separator: "@").dropFirst().last {
      details["digest"] = .string("\(digest)")
    }
    self.details = details
  }
}

extension JSONObject {
  /// Whether the document declares the MLM extension.
  var declaresModel: Bool {
    (self["stac_extensions"]?.array ?? []).contains { $0.string.map(Item.isModelExtension) ?? false }
  }

  /// The members whose names are wanted.
  func members(named isWanted: (String) -> Bool) -> JSONObject { JSONObject(members.filter { isWanted($0.name) }) }
}
