import HTTPTypes
import Hummingbird
import MLMExtension
import StacModel
import StacStore

/// An item that may be stored, and what is doubtful about it.
struct AdmittedItem: Sendable {
  let item: Item
  var warnings: [Fault]
  /// What its files have told, to be kept with it once it is stored; nil where nobody has seen them all.
  var proof: ModelProofNote?
}

/// Checks documents on their way in: the core of STAC, the collection they go to, and models.
struct ItemAdmission: Sendable {
  /// Looks at a model that is on its way into a collection: its document, its files where that is sound, and what the
  /// catalog has beside it.
  private let look: @Sendable (Item, _ collection: String) async throws -> ModelLook

  /// Admits the items of one request, which together wait for other hosts once.
  init(services: APIServices) {
    let deadline = ModelLook.deadlineOfWrites
    look = { item, collection in
      let seen = try await services.look(item, deadline)
      guard seen.findings.faults.isEmpty else { return seen }
      let others = await CatalogFindings(store: services.store).advice(on: item, in: collection)
      return ModelLook(findings: seen.findings.adding(others), proof: seen.proof)
    }
  }

  /// Checks one item; its faults are told below the pointer.
  func item(_ text: JSONText, in collection: String, at pointer: JSONPointer) async throws -> AdmittedItem {
    do {
      return try await checked(text, in: collection)
    } catch let refusal as DocumentRefusal where pointer != .root {
      throw DocumentRefusal(refusal.faults.map { $0.below(pointer) })
    }
  }

  /// Checks the features of an item collection; the faults of all of them are told together.
  func items(_ text: JSONText, in collection: String) async throws -> [AdmittedItem] {
    guard let features = text.root.object?["features"]?.array else {
      throw DocumentRefusal([.noFeatures])
    }
    guard !features.isEmpty else { throw DocumentRefusal([.noItem]) }
    var admitted: [AdmittedItem] = []
    var faults: [Fault] = []
    for (index, feature) in features.enumerated() {
      do {
        let pointer = JSONPointer("/features").appending(index)
        admitted.append(try await item(JSONText(feature), in: collection, at: pointer))
      } catch let refusal as DocumentRefusal {
        faults += refusal.faults
        if faults.count >= Self.mostFaults { break }
      }
    }
    guard faults.isEmpty else { throw DocumentRefusal(Array(faults.prefix(Self.mostFaults))) }
    for (index, finding) in CatalogFindings.among(admitted.map(\.item)) {
      admitted[index].warnings.append(finding.fault)
    }
    return admitted
  }

  private static let mostFaults = 100

  private func checked(_ text: JSONText, in collection: String) async throws -> AdmittedItem {
    let item = try MLMExtension.item(text)
    if let other = item.collectionID, !other.utf8.elementsEqual(collection.utf8) {
      throw DocumentRefusal([
        .misplaced(
          "/collection", "the item's collection differs from the one in the path",
          mend: "write the same in both, or leave it out of the item")
      ])
    }
    guard MLMExtension.isDeclared(by: item) else { return AdmittedItem(item: item, warnings: []) }
    // What applies whole schemas and reads files keeps no connection waiting.
    return try await withTaskExecutorPreference(globalConcurrentExecutor) {
      let seen = try await look(item, collection)
      guard seen.findings.faults.isEmpty else { throw DocumentRefusal(seen.findings.faults) }
      return AdmittedItem(item: item, warnings: seen.findings.warnings, proof: seen.proof)
    }
  }
}

extension Fault {
  static let noFeatures = misplaced(
    "/features", "features must be an array of items", mend: "write an array of items, or send one item alone")
  static let noItem = misplaced("/features", "there is no item", mend: "write one item at least")
  static let noDocument = misplaced(
    .root, "a STAC item is a JSON object", mend: "send an item, or a FeatureCollection of items")
}

extension Response {
  /// Tells what is doubtful in header fields, since the document is not ours to change.
  mutating func add(warnings: [Fault]) { headers.add(warnings: warnings) }
}

extension HTTPFields {
  /// The same for header fields of an answer to come.
  mutating func add(warnings: [Fault]) {
    for warning in warnings.prefix(20) {
      let text = warning.description.unicodeScalars.map { 0x20...0x7E ~= $0.value ? Character($0) : "?" }
      append(HTTPField(name: .gnomonWarning, value: String(text.prefix(500))))
    }
  }
}
