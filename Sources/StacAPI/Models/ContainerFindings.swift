import Containers
public import MLMExtension
public import StacModel
public import StacStore

/// What registries tell against the container images of a model.
public enum ContainerFindings {
  /// Findings of what is known: images that their registry does not have, or has changed. That it could not be asked tells
  /// nothing of the image.
  public static func of(_ item: Item, knowing checks: [String: ContainerCheck]) -> [ModelFinding] {
    findings(of: item, checks) { ["missing", "changed"].contains($0.state) }
  }

  /// Images whose names are no references, whatever registries say. Files that say how to build one are not meant.
  public static func malformed(in item: Item) -> [ModelFinding] {
    item.containerAssets.filter { ImageReference($0.href) == nil && $0.type?.hasPrefix("text/") != true }.map { asset in
      ModelFinding(
        beyond: .addressForm, at: JSONPointer("/assets").appending(asset.key).appending("href"),
        "'\(asset.href.prefix(100))' is no reference of a container image",
        remedy: "write [registry[:port]/]name[:tag]@sha256: and 64 hexadecimal digits, the name in lower-case letters, "
          + "such as ghcr.io/example/model:1.0@sha256:…")
    }
  }

  /// Asks the registries now; of each image that was not found as it is named the finding says why.
  public static func ask(_ service: any ContainerService, of item: Item) async throws -> [ModelFinding] {
    let checks = try await service.check(imagesOf: item)
    return findings(of: item, checks) { $0.state != "found" }
  }

  private static func findings(
    of item: Item, _ checks: [String: ContainerCheck], where isTold: (ContainerCheck) -> Bool
  ) -> [ModelFinding] {
    item.containerAssets.compactMap { asset in
      guard let check = checks[asset.href], isTold(check) else { return nil }
      return ModelFinding(
        beyond: .containerFound, at: JSONPointer("/assets").appending(asset.key).appending("href"),
        "the container image is \(check.state) in its registry" + (check.reason.map { ": \($0)" } ?? ""),
        remedy: "name an image by a digest that its registry has, or let this server ask it (--allow-host)")
    }
  }
}
