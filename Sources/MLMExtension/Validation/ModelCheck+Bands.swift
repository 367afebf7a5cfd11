import StacModel

// Where the bands and variables that inputs name are described.

extension ModelCheck {
  mutating func checkBands(of inputs: [(JSONObject, JSONPointer)]) {
    let described = describedNames
    for (input, place) in inputs {
      for name in ["bands", "variables"] {
        let bands = input[name]?.array ?? []
        checkUnique(bands, at: place.appending(name))
        let read = ModelBand.list(input[name])
        for (position, json) in bands.enumerated() {
          guard let band = ModelBand(json) else { continue }
          checkBand(band, beside: read, described, at: place.appending(name).appending(position))
        }
      }
    }
    checkBandPlaces()
  }

  private func list(_ json: JSONValue?) -> [JSONObject] { (json?.array ?? []).compactMap(\.object) }

  /// Every band name the item describes, wherever it does.
  private var describedNames: Set<String> {
    let objects = [properties] + assets.map(\.json)
    let bands = objects.flatMap { object in
      ["bands", "eo:bands", "raster:bands"].flatMap { list(object[$0]) }
    }
    let names = bands.flatMap { band in ["name", "common_name", "eo:common_name"].compactMap { band[$0]?.string } }
    return Set(names).union(objects.flatMap { $0["cube:variables"]?.object?.names ?? [] })
  }

  private mutating func checkUnique(_ bands: [JSONValue], at pointer: JSONPointer) {
    var seen: Set<String> = []
    for (index, json) in bands.enumerated() {
      guard let name = ModelBand(json)?.name else { continue }
      if !seen.insert(name).inserted {
        warn(
          .bandUnique, pointer.appending(index), "the \(Self.kind(at: pointer)) '\(name.prefix(64))' is named twice",
          mend: "name each once, or give the derived one a name of its own")
      }
    }
  }

  /// What a place below `bands` or `variables` holds.
  private static func kind(at pointer: JSONPointer) -> String {
    pointer.parts.suffix(2).contains("variables") ? "variable" : "band"
  }

  private mutating func checkBand(
    _ band: ModelBand, beside bands: [ModelBand], _ described: Set<String>, at pointer: JSONPointer
  ) {
    guard let formula = band.expression else {
      if !described.contains(band.name) {
        let kind = Self.kind(at: pointer)
        warn(
          .bandDescribed, pointer, "the \(kind) '\(band.name.prefix(64))' is described nowhere in the item",
          mend: kind == "variable"
            ? "add it to cube:variables of the properties or the model asset, by this name"
            : "add it to the bands of the properties and the model asset (eo:bands or raster:bands in STAC 1.0)")
      }
      return
    }
    do {
      let expression = try BandExpression(formula)
      let known = described.union(bands.filter { $0.expression == nil }.map(\.name))
      for name in expression.bandNames where !known.contains(name) {
        warn(
          .expressionBands, pointer.appending("expression"),
          "the expression uses the band '\(name.prefix(64))', which is described nowhere",
          mend: "add it to the bands, or mend the name")
      }
    } catch {
      warn(
        .expressionReadable, pointer.appending("expression"),
        "the expression cannot be evaluated here (\(error.description))",
        mend: "write arithmetic over band names in the format gdal-calc or rio-calc, such as (B8 - B4) / (B8 + B4)")
    }
  }

  /// STAC 1.1 takes `bands` in the properties only beside `bands` of an asset.
  private mutating func checkBandPlaces() {
    let isStac11 = item.document["stac_version"]?.string?.hasPrefix("1.1.") == true
    if isStac11, properties["bands"] != nil, !assets.contains(where: { $0.json["bands"] != nil }) {
      warn(
        .bandsOnAsset, "/properties/bands", "STAC 1.1 allows bands in the properties only where an asset has bands too",
        mend: "write the same bands on the model asset")
    }
  }
}
