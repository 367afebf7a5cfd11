import StacModel

extension LineageWalk {
  static func kind(of document: JSONObject?, at place: CatalogPlace) -> LineageNode.Kind {
    guard place.item != nil else { return .collection }
    guard let document else { return .item }
    if document.declaresModel { return .model }
    let properties = document["properties"]?.object
    let format = properties?["processing:expression"]?.object?["format"]?.string
    return properties?["gnomon:model"] != nil || format == "stac-mlm" ? .result : .item
  }

  static func title(of document: JSONObject, at place: CatalogPlace) -> String {
    let properties = document["properties"]?.object
    let names = [properties?["title"], properties?["mlm:name"], document["title"]]
    return names.compactMap { $0?.string }.first { !$0.isEmpty } ?? place.item ?? place.collection
  }

  /// What tells a model or a result from others of its name.
  static func details(of document: JSONObject) -> JSONObject {
    let wanted: Set<String> = ["datetime", "version", "mlm:name", "mlm:framework", "created"]
    return document["properties"]?.object?.members { wanted.contains($0) } ?? [:]
  }
}

extension CatalogPlace {
  /// The identifier of the place's node.
  var nodeID: String {
    guard let item else { return "collections/" + PercentCoding.encode(collection) }
    return "collections/\(PercentCoding.encode(collection))/items/\(PercentCoding.encode(item))"
  }
}

extension LineageSource {
  /// The identifier of the node of what is no place of this catalog.
  ///
  /// Data is told apart by its path and checksum: one file of DVC may stand for many.
  var nodeID: String {
    guard kind == .data else { return "\(kind.rawValue):\(href)" }
    let parts = ["git:repository", "git:commit", "dvc:path", "dvc:md5"].compactMap { details[$0]?.string }
    return (["data:\(href)"] + parts).joined(separator: " ")
  }
}

extension DVCFile.Entry {
  var json: JSONObject {
    var object: JSONObject = ["path": .string(path)]
    object["md5"] = md5.map(JSONValue.string)
    object["size"] = size.map { JSONValue($0) }
    object["nfiles"] = fileCount.map { JSONValue($0) }
    object["remote"] = remote.map(JSONValue.string)
    object["origin"] = origin.map(JSONValue.string)
    object["stage"] = stage.map(JSONValue.string)
    return object
  }
}
