import MLMExtension
import StacAPI
import StacModel
import StacStore

/// What a decision about a model stands on: its document and files, and what registries and MLflow have said.
struct EvidenceOfModels: Sendable {
  let proof: ModelProof
  let store: PostgresCatalogStore
  /// Who asks MLflow where what is known is old; nil where only that is read.
  var runs: (any ModelRunService)?

  /// - Throws: ``StoreError`` where what is known cannot be read: that is not to know nothing against it.
  func evidence(_ item: Item) async throws -> ModelEvidence {
    let seen = try await proof.evidence(item, until: .now + ModelLook.patienceOfUses)
    let checks = try await store.containerChecks(of: item.imageNames)
    let run = try await run(of: item)
    return ModelEvidence(
      findings: seen.findings.adding(
        ContainerFindings.of(item, knowing: checks) + RunFindings.of(item, knowing: run)),
      modelFile: seen.modelFile, testVector: seen.testVector,
      elsewhere: RuntimeEvidence(containers: item.imageNames.compactMap { checks[$0] }, run: run), run: run)
  }

  private func run(of item: Item) async throws -> ModelRun? {
    let collection = item.collectionID ?? ""
    guard let runs else { return try await store.modelRun(collection: collection, id: item.id) }
    guard let stored = try await store.item(collection: collection, id: item.id) else { return nil }
    return try await runs.run(of: stored)
  }
}
