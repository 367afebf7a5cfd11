import MLMExtension
import StacAPI
import StacModel
import StacStore

/// What a decision about a model stands on: its document and files, and what registries and MLflow have said.
struct EvidenceOfModels: Sendable {
  let proof: ModelProof
  let store: PostgresCatalogStore

  /// - Throws: ``StoreError`` where what is known cannot be read: that is not to know nothing against it.
  func evidence(_ item: Item) async throws -> ModelEvidence {
    let seen = try await proof.evidence(item)
    let checks = try await store.containerChecks(of: item.imageNames)
    let run = try await store.modelRun(collection: item.collectionID ?? "", id: item.id)
    return ModelEvidence(
      findings: seen.findings.adding(ContainerFindings.of(item, knowing: checks)), modelFile: seen.modelFile,
      testVector: seen.testVector,
      elsewhere: RuntimeEvidence(containers: item.imageNames.compactMap { checks[$0] }, run: run))
  }
}
