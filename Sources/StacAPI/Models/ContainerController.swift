public import Containers
import Hummingbird
import MLMExtension
public import StacModel
public import StacStore

/// Looks for container images in their registries, and knows what was found before.
public protocol ContainerService: Sendable {
  /// What was last found of images, by their names as items have them.
  func known(_ references: [String]) async throws -> [String: ContainerCheck]
  /// Asks the registry of an image now, and keeps what it says; whatever goes wrong there is told as found.
  func check(_ reference: String, _ image: ImageReference) async throws -> ContainerCheck
}

extension Item {
  /// How many images of an item registries are asked for.
  fileprivate static let mostImages = 20

  /// The container images that are asked for, each once, as the item has them.
  public var imageNames: [String] {
    Array(Set(containerAssets.prefix(Self.mostImages).map(\.href).filter { $0.utf8.count <= 1_000 })).sorted()
  }
}

extension ContainerService {
  /// Asks the registries of a model's images now.
  func check(imagesOf item: Item) async throws -> [String: ContainerCheck] {
    var checks: [String: ContainerCheck] = [:]
    for name in item.imageNames {
      if let image = ImageReference(name) { checks[name] = try await check(name, image) }
    }
    return checks
  }
}

/// `/collections/{c}/items/{i}/container`: the images of a model, and what their registries said; POST asks them now.
struct ContainerController {
  let services: APIServices

  func answer(_ request: APIRequest, item reference: ItemReference) async throws -> Response {
    _ = try request.parameters([])
    let stored = try await services.store.required(reference)
    let item = try Item(JSONText(stored.document.bytes))
    let assets = item.containerAssets
    var checks = try await services.containers?.known(item.imageNames) ?? [:]
    if request.method == "POST" {
      guard let service = services.containers else { throw APIError(.unavailable, "This server asks no registries") }
      checks.merge(try await service.check(imagesOf: item)) { $1 }
    }
    var containers = assets.map { Self.document($0, checks[$0.href]) }
    for index in containers.indices.dropFirst(Item.mostImages) where checks[assets[index].href] == nil {
      containers[index]["problem"] = .string("registries are asked for the first \(Item.mostImages) images of an item")
    }
    return .json(["containers": .array(containers.map { .object($0) })])
  }

  private static func document(_ asset: Asset, _ check: ContainerCheck?) -> JSONObject {
    var object: JSONObject = ["asset": .string(asset.key), "href": .string(asset.href)]
    guard let image = ImageReference(asset.href) else {
      object["problem"] = "the href is no reference of a container image: [domain/]path[:tag][@digest]"
      return object
    }
    object["registry"] = .string(image.domain)
    object["repository"] = .string(image.path)
    object["tag"] = image.tag.map(JSONValue.string)
    object["digest"] = image.digest.map(JSONValue.string)
    object["pinned"] = .bool(image.digest != nil)
    if let check { object["check"] = .object(document(check)) }
    return object
  }

  private static func document(_ check: ContainerCheck) -> JSONObject {
    var object: JSONObject = ["state": .string(check.state), "checked": .string(check.checkedAt.description)]
    object["digest"] = check.digest.map(JSONValue.string)
    object["media_type"] = check.mediaType.map(JSONValue.string)
    object["reason"] = check.reason.map(JSONValue.string)
    return object
  }
}
