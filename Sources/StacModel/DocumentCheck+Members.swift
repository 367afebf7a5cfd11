/// What STAC's core says of links, assets, extensions and common metadata.
///
/// Source: STAC 1.1.0, item specification, collection specification and common metadata; JSON schemas of the core.
extension DocumentCheck {
  mutating func links() {
    guard let json = object["links"] else { return }
    guard let links = json.array else { return fault("/links", "links must be an array") }
    for (index, link) in links.enumerated() {
      let pointer = JSONPointer("/links").appending(index)
      if (link.object?["rel"]?.string ?? "").isEmpty { fault(pointer.appending("rel"), "a link needs a rel") }
      if (link.object?["href"]?.string ?? "").isEmpty { fault(pointer.appending("href"), "a link needs an href") }
      for name in ["type", "title"] { demandText(name, of: link.object ?? [:], at: pointer) }
    }
  }

  mutating func assets() {
    guard let json = object["assets"] else {
      if object["type"]?.string == "Feature" {
        fault("/assets", "assets must be an object, empty where there are none")
      }
      return
    }
    guard let assets = json.object else { return fault("/assets", "assets must be an object") }
    for member in assets.members {
      let pointer = JSONPointer("/assets").appending(member.name)
      if (member.value.object?["href"]?.string ?? "").isEmpty {
        fault(pointer.appending("href"), "an asset needs an href")
      }
      for name in ["type", "title", "description"] { demandText(name, of: member.value.object ?? [:], at: pointer) }
      demandTexts("roles", of: member.value.object ?? [:], at: pointer)
    }
  }

  mutating func extensions() {
    guard let json = object["stac_extensions"], !json.isNull else { return }
    guard let list = json.array, case let texts = list.compactMap(\.string), texts.count == list.count else {
      return fault("/stac_extensions", "stac_extensions must be an array of strings")
    }
    for (index, text) in texts.enumerated() {
      let pointer = JSONPointer("/stac_extensions").appending(index)
      if !text.contains(":") { fault(pointer, "an extension is named by the URL of its schema") }
      if texts.firstIndex(of: text) != index { fault(pointer, "the extension is named twice") }
    }
  }

  /// Common metadata: of an item in its properties, of a collection at the top.
  mutating func commonMetadata(in members: JSONObject, at pointer: JSONPointer) {
    for name in ["title", "description", "license", "platform", "constellation", "mission"] {
      demandText(name, of: members, at: pointer)
    }
    for name in ["created", "updated"] { demandInstant(name, of: members, at: pointer) }
    for name in ["keywords", "instruments"] { demandTexts(name, of: members, at: pointer) }
    if let gsd = members["gsd"], !gsd.isNull, (gsd.double ?? 0) <= 0 {
      fault(pointer.appending("gsd"), "gsd must be a number of metres above zero")
    }
    providers(members, at: pointer)
  }

  /// Members that collections alone have.
  mutating func collectionMembers() {
    for name in ["summaries", "item_assets"] {
      if let json = object[name], !json.isNull, json.object == nil {
        fault(JSONPointer.root.appending(name), "\(name) must be an object")
      }
    }
    for member in object["item_assets"]?.object?.members ?? [] where member.value.object == nil {
      fault(JSONPointer("/item_assets").appending(member.name), "an asset definition is an object")
    }
  }

  private mutating func providers(_ members: JSONObject, at pointer: JSONPointer) {
    guard let json = members["providers"], !json.isNull else { return }
    let pointer = pointer.appending("providers")
    guard let providers = json.array else { return fault(pointer, "providers must be an array") }
    for (index, provider) in providers.enumerated() where (provider.object?["name"]?.string ?? "").isEmpty {
      fault(pointer.appending(index).appending("name"), "a provider needs a name")
    }
  }

  /// Where a member is there, it must be a text; null counts as absent.
  private mutating func demandText(_ name: String, of members: JSONObject, at pointer: JSONPointer) {
    guard let json = members[name], !json.isNull, json.string == nil else { return }
    fault(pointer.appending(name), "\(name) must be a string, not \(json.kind)")
  }

  private mutating func demandTexts(_ name: String, of members: JSONObject, at pointer: JSONPointer) {
    guard let json = members[name], !json.isNull else { return }
    if json.array?.allSatisfy({ $0.string != nil }) != true {
      fault(pointer.appending(name), "\(name) must be an array of strings")
    }
  }

  private mutating func demandInstant(_ name: String, of members: JSONObject, at pointer: JSONPointer) {
    guard let json = members[name], !json.isNull, json.string.flatMap({ Timestamp($0) }) == nil else { return }
    fault(pointer.appending(name), "\(name) must be an RFC 3339 date-time with an offset, such as 2020-01-01T00:00:00Z")
  }
}
