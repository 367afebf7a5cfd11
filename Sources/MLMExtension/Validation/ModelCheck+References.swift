import StacModel

// Where the bands and variables that inputs and outputs name are described.

extension ModelCheck {
  mutating func checkReferences() {
    let properties = item.properties
    let parts = ["mlm:input", "mlm:output"].flatMap { properties[$0]?.array ?? [] }.compactMap(\.object)
    if parts.contains(where: { !($0["bands"]?.array ?? []).isEmpty }) { checkBandDescriptions() }
    if parts.contains(where: { !($0["variables"]?.array ?? []).isEmpty }), !hasVariableDescriptions {
      rule(
        "/properties/cube:variables",
        "the model names variables: describe them in cube:variables and declare the datacube extension (v2)")
    }
    warnAboutNames()
  }

  private var isStac11: Bool { item.document["stac_version"]?.string?.hasPrefix("1.1.") == true }

  private func declares(_ name: String, major: Int) -> Bool {
    item.extensions.contains { $0.hasPrefix("https://stac-extensions.github.io/\(name)/v\(major).") }
  }

  private var modelAssets: [Asset] { item.assets.filter { $0.roles.contains("mlm:model") } }

  private func list(_ json: JSONValue?) -> [JSONObject] { (json?.array ?? []).compactMap(\.object) }

  private var hasVariableDescriptions: Bool {
    guard declares("datacube", major: 2) else { return false }
    let onAssets =
      !modelAssets.isEmpty && modelAssets.allSatisfy { $0.json["cube:variables"]?.object?.isEmpty == false }
    return item.properties["cube:variables"]?.object?.isEmpty == false || onAssets
  }

  private func isOnEveryModel(_ name: String) -> Bool {
    let assets = modelAssets
    return !assets.isEmpty && assets.allSatisfy { !list($0.json[name]).isEmpty }
  }

  private mutating func checkBandDescriptions() {
    let assets = modelAssets
    let byCore = isStac11 && !list(item.properties["bands"]).isEmpty
    let byEO = declares("eo", major: 1) && (!list(item.properties["eo:bands"]).isEmpty || isOnEveryModel("eo:bands"))
    let byRaster =
      declares("raster", major: 1) && isOnEveryModel("raster:bands")
      && assets.allSatisfy { list($0.json["raster:bands"]).allSatisfy { $0["name"]?.string != nil } }
    if byCore || byEO || byRaster { return }
    rule(
      "/properties/bands",
      "the model names bands that nothing describes: in STAC 1.1 list them in properties.bands (and on the model asset); "
        + "in STAC 1.0 in eo:bands or raster:bands of the model asset, with the extension declared")
  }

  /// Every band name the item describes, wherever it does.
  private var describedNames: Set<String> {
    let objects = [item.properties] + item.assets.map(\.json)
    let bands = objects.flatMap { object in
      ["bands", "eo:bands", "raster:bands"].flatMap { list(object[$0]) }
    }
    let names = bands.flatMap { band in ["name", "common_name", "eo:common_name"].compactMap { band[$0]?.string } }
    return Set(names).union(objects.flatMap { $0["cube:variables"]?.object?.names ?? [] })
  }

  private mutating func warnAboutNames() {
    let described = describedNames
    for (index, input) in (item.properties["mlm:input"]?.array ?? []).enumerated() {
      guard let object = input.object else { continue }
      let place = JSONPointer("/properties/mlm:input").appending(index)
      for name in ["bands", "variables"] {
        let bands = ModelBand.list(object[name])
        for (position, band) in bands.enumerated() {
          warnAboutBand(band, beside: bands, described, at: place.appending(name).appending(position))
        }
      }
    }
  }

  private mutating func warnAboutBand(
    _ band: ModelBand, beside bands: [ModelBand], _ described: Set<String>, at pointer: JSONPointer
  ) {
    guard let formula = band.expression else {
      if !described.contains(band.name) {
        warn(pointer, "the band '\(band.name.prefix(64))' is described nowhere in the item: add it to its bands")
      }
      return
    }
    guard let expression = try? BandExpression(formula) else { return }
    let known = described.union(bands.filter { $0.expression == nil }.map(\.name))
    for name in expression.bandNames where !known.contains(name) {
      warn(pointer.appending("expression"), "the expression uses the band '\(name.prefix(64))', described nowhere")
    }
  }
}
