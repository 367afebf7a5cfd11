import Digests
import Inference
import MLMExtension
import StacAPI
import StacModel

extension ModelProof {
  /// What is seen of a model when something is decided about it: what was found, and which files it was found in.
  func evidence(_ item: Item) async -> ModelEvidence {
    let found = MLMExtension.validate(item)
    let findings = found.refusals.isEmpty ? found.adding(await check(item)) : found
    let files = await onOwnThread {
      access.withResolver { resolve in
        [
          Self.seen(item.modelAsset, of: item, limit: Self.modelLimit, resolve),
          Self.seen(item.testVectorAsset, of: item, limit: Self.vectorLimit, resolve),
        ]
      }
    }
    return ModelEvidence(findings: findings, modelFile: files[0], testVector: files[1])
  }

  private static func seen(
    _ asset: Asset?, of item: Item, limit: Int, _ resolve: InferencePipeline.AssetResolver
  ) -> ModelEvidence.SeenFile? {
    guard let asset, asset.executableFormatAdvice == nil,
      let bytes = try? AssetAccess.bytes(of: asset, item: item, limit: limit, resolve),
      let digest = try? SHA256.hash(bytes)
    else { return nil }
    return ModelEvidence.SeenFile(asset: asset.key, sha256: Hexadecimal.encode(digest), size: bytes.count)
  }
}
