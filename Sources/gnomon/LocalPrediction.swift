import ArgumentParser
import Foundation
import Inference
import StacAPI
import StacModel
import StacStore

/// A run of `gnomon predict` without a server.
struct LocalPrediction {
  let catalog: OpenCatalog
  let folder: String
  let access: AssetAccess

  func run(_ request: PredictionRequest) async throws {
    let progress = Progress("Predicting")
    let predictions = CatalogPredictions(store: catalog.store, access: access, gate: InferenceGate(capacity: 1))
    let folder = URL(fileURLWithPath: folder).standardizedFileURL.path
    let outcome: CatalogPredictions.Outcome
    do {
      outcome = try await predictions.run(
        request, folder: { _ in folder },
        progress: { fraction, pixels in progress.update(fraction, "\(pixels) pixels") })
    } catch let error as APIError {
      throw CommandFailure(error.description)
    } catch let error as InferenceError {
      throw CommandFailure(error.message)
    }
    var trail = ResultTrail(store: catalog.store, folder: folder)
    let model = try await trail.write(request.model)
    var sources: [String] = []
    for reference in outcome.items { sources.append(try await trail.write(reference)) }
    let item = document(outcome, request, model: model, sources: sources)
    try Data(JSONSerializer.bytes(.object(item)) + [0x0A]).write(
      to: URL(fileURLWithPath: folder + "/item.json"), options: .atomic)
    progress.finish(Self.summary(outcome.report, folder: folder))
  }

  /// The result's item; it leads to the copies of the documents beside it.
  private func document(
    _ outcome: CatalogPredictions.Outcome, _ request: PredictionRequest, model: String, sources: [String]
  ) -> JSONObject {
    let context = PredictionDocument.Context(
      id: outcome.id, modelHref: model, itemHrefs: sources, created: .now,
      programVersion: Version.current, request: request.inputs
    ) { _, file in "./\(file)" }
    return PredictionDocument.item(outcome.report, model: outcome.model, context: context)
  }

  /// What came out, for a person.
  private static func summary(_ report: PredictionReport, folder: String) -> String {
    let total = max(report.classes.reduce(0) { $0 + $1.pixels }, 1)
    var lines = ["\(report.polygons) polygons in \(String(format: "%.2f", report.seconds)) s, in \(folder)"]
    for entry in report.classes {
      let share = String(format: "%5.1f %%", 100 * Double(entry.pixels) / Double(total))
      let hectares = String(format: "%12.2f ha", entry.areaSquareMetres / 10_000)
      lines.append("  \(share)  \(hectares)  \(entry.name)")
    }
    return lines.joined(separator: "\n")
  }
}
