/// What STAC's core says of links, assets, extensions and common metadata.
///
/// Source: STAC 1.1.0, item specification, collection specification and common metadata; JSON schemas of the core.
extension DocumentCheck {
  mutating func links() {
    guard let json = object["links"] else { return }
    guard let links = json.array else { return fault("/links", "links must be an array") }
    for (index, link) in links.enumerated() {
      let members = link.object
      func pointer() -> JSONPointer { JSONPointer("/links").appending(index) }
      if members?["rel"]?.isFilledString != true { fault(pointer().appending("rel"), "a link needs a rel") }
      if members?["href"]?.isFilledString != true { fault(pointer().appending("href"), "a link needs an href") }
      demandText("type", of: members, at: pointer())
      demandText("title", of: members, at: pointer())
    }
  }

  mutating func assets() {
    guard let json = object["assets"] else {
      if object["type"]?.equals("Feature") == true {
        fault("/assets", "assets must be an object, empty where there are none")
      }
      return
    }
    guard let assets = json.object else { return fault("/assets", "assets must be an object") }
    for member in assets {
      let members = member.value.object
      func pointer() -> JSONPointer { JSONPointer("/assets").appending(member.name) }
      if members?["href"]?.isFilledString != true { fault(pointer().appending("href"), "an asset needs an href") }
      demandText("type", of: members, at: pointer())
      demandText("title", of: members, at: pointer())
      demandText("description", of: members, at: pointer())
      demandTexts("roles", of: members, at: pointer())
    }
  }

  mutating func extensions() {
    guard let json = object["stac_extensions"], !json.isNull else { return }
    guard let list = json.array, list.allSatisfy(\.isString) else {
      return fault("/stac_extensions", "stac_extensions must be an array of strings")
    }
    for (index, text) in list.enumerated() {
      func pointer() -> JSONPointer { JSONPointer("/stac_extensions").appending(index) }
      if !text.bytes.contains(UInt8(ascii: ":")) { fault(pointer(), "an extension is named by the URL of its schema") }
      if list.prefix(index).contains(where: { $0.bytes == text.bytes }) {
        fault(pointer(), "the extension is named twice")
      }
    }
  }

  /// Common metadata: of an item in its properties, of a collection at the top.
  mutating func commonMetadata(in members: JSONMembers, at pointer: JSONPointer) {
    demandText("title", of: members, at: pointer)
    demandText("description", of: members, at: pointer)
    demandText("license", of: members, at: pointer)
    demandText("platform", of: members, at: pointer)
    demandText("constellation", of: members, at: pointer)
    demandText("mission", of: members, at: pointer)
    demandInstant("created", of: members, at: pointer)
    demandInstant("updated", of: members, at: pointer)
    demandTexts("keywords", of: members, at: pointer)
    demandTexts("instruments", of: members, at: pointer)
    if let gsd = members["gsd"], !gsd.isNull, (gsd.double ?? 0) <= 0 {
      fault(pointer.appending("gsd"), "gsd must be a number of metres above zero")
    }
    providers(members, at: pointer)
  }

  /// Members that collections alone have.
  mutating func collectionMembers() {
    demandObject("summaries")
    demandObject("item_assets")
    guard let definitions = object["item_assets"]?.object else { return }
    for member in definitions where member.value.object == nil {
      fault(JSONPointer("/item_assets").appending(member.name), "an asset definition is an object")
    }
  }

  private mutating func demandObject(_ name: StaticString) {
    guard let json = object[name], !json.isNull, json.object == nil else { return }
    fault(JSONPointer.root.appending("\(name)"), "\(name) must be an object")
  }

  private mutating func providers(_ members: JSONMembers, at pointer: JSONPointer) {
    guard let json = members["providers"], !json.isNull else { return }
    let pointer = pointer.appending("providers")
    guard let providers = json.array else { return fault(pointer, "providers must be an array") }
    for (index, provider) in providers.enumerated() where provider.object?["name"]?.isFilledString != true {
      fault(pointer.appending(index).appending("name"), "a provider needs a name")
    }
  }

  /// Where a member is there, it must be a text; null counts as absent.
  private mutating func demandText(
    _ name: StaticString, of members: JSONMembers?, at pointer: @autoclosure () -> JSONPointer
  ) {
    guard let json = members?[name], !json.isNull, !json.isString else { return }
    fault(pointer().appending("\(name)"), "\(name) must be a string, not \(json.kind)")
  }

  private mutating func demandTexts(
    _ name: StaticString, of members: JSONMembers?, at pointer: @autoclosure () -> JSONPointer
  ) {
    guard let json = members?[name], !json.isNull else { return }
    if json.array?.allSatisfy(\.isString) != true {
      fault(pointer().appending("\(name)"), "\(name) must be an array of strings")
    }
  }

  private mutating func demandInstant(
    _ name: StaticString, of members: JSONMembers, at pointer: @autoclosure () -> JSONPointer
  ) {
    guard let json = members[name], !json.isNull, json.string.flatMap({ Timestamp($0) }) == nil else { return }
    fault(
      pointer().appending("\(name)"),
      "\(name) must be an RFC 3339 date-time with an offset, such as 2020-01-01T00:00:00Z")
  }
}
