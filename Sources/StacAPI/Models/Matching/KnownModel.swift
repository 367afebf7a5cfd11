import Foundation
import Inference
public import MLMExtension
import StacModel
import StacStore

/// A model of the catalog as it is kept in memory: what it is called, and what it needs.
public struct KnownModel: Sendable, Codable {
  public let reference: ItemReference
  /// Its title, else `mlm:name`.
  public let title: String?
  public let version: String?
  public private(set) var requirements: ModelRequirements
  var standing: ModelStanding

  /// Reads a stored model; nil where what is stored is no item.
  init?(_ stored: StoredModel) {
    guard let document = try? stored.document.document, let text = try? JSONText(document.bytes),
      let item = try? Item(text)
    else { return nil }
    let properties = item.properties
    reference = ItemReference(collection: stored.document.collectionID, id: item.id)
    title = properties["title"]?.string ?? properties["mlm:name"]?.string
    version = properties["version"]?.versionText
    requirements = ModelRequirements(of: item, obstacle: RunnableModel.obstacle(to: item)?.message)
    standing = ModelStanding(
      state: stored.state, isDeprecated: properties["deprecated"]?.bool ?? false)
  }

  /// Reads what ``content`` has written; nil where that was something else.
  init?(content: String) {
    guard let model = try? JSONDecoder().decode(KnownModel.self, from: Data(content.utf8)) else { return nil }
    self = model
  }

  /// All of it as text; nil where a number cannot be written.
  var content: String? { (try? JSONEncoder().encode(self)).map { String(decoding: $0, as: UTF8.self) } }

  /// What is known of it beside its requirements.
  ///
  /// - Parameter onlyApproved: whether only approved models run for the one who asks.
  func standing(onlyApproved: Bool) -> ModelStanding {
    var standing = standing
    standing.mayRun = !onlyApproved || standing.state == "approved" || standing.state == "production"
    return standing
  }

  /// The same model as one that cannot be run, by what its files are known to tell; its document's own obstacle comes first.
  func barred(by fault: String?) -> KnownModel {
    guard requirements.obstacle == nil, let fault else { return self }
    var model = self
    model.requirements.obstacle = fault
    return model
  }

  /// The same model, its bands kept where others have them alike.
  func sharing(_ bands: BandNeeds) -> KnownModel {
    var model = self
    model.requirements.bands = bands
    return model
  }
}
