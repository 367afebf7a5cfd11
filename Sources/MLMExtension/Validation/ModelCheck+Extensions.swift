import StacModel

// Members of other extensions that the item uses without declaring them.

extension ModelCheck {
  private static let prefixes = [
    "file:": "file/v2.1.0", "sci:": "scientific/v1.0.0", "processing:": "processing/v1.2.0", "eo:": "eo/v1.1.0",
    "raster:": "raster/v1.1.0", "cube:": "datacube/v2.3.0",
  ]

  mutating func checkExtensions() {
    var told: Set<String> = []
    let places = [(properties, JSONPointer("/properties"))]
    let ofAssets = assets.map { ($0.json, JSONPointer("/assets").appending($0.key)) }
    for (object, pointer) in places + ofAssets {
      for name in object.names {
        guard let prefix = Self.prefixes.keys.first(where: name.hasPrefix), !declares(prefix),
          told.insert(prefix).inserted
        else { continue }
        let address = "https://stac-extensions.github.io/\(Self.prefixes[prefix] ?? "")/schema.json"
        warn(
          .extensionDeclared, pointer.appending(name), "\(name.prefix(64)) is used and its extension not declared",
          mend: "add \(address), or the version it was written for, to stac_extensions")
      }
    }
  }

  private func declares(_ prefix: String) -> Bool {
    guard let path = Self.prefixes[prefix], let name = path.split(separator: "/").first else { return true }
    let place = "https://stac-extensions.github.io/\(name)/"
    return item.extensions.contains { ExtensionAddress.published($0).hasPrefix(place) }
  }
}
