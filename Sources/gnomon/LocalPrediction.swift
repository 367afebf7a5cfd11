import ArgumentParser
import Foundation
import Geo
import Inference
import StacAPI
import StacModel
import StacStore
import TreeEnsembles

/// A run of `gnomon predict` without a server, with what was read of the catalog: it is closed by now.
struct LocalPrediction: Sendable {
  let predictions: CatalogPredictions
  let documents: CatalogPredictions.Documents
  let trail: ResultTrail
  let folder: String
  /// Whether a program reads what is printed.
  let isJSON: Bool

  /// Reads what a run of a request needs.
  init(
    _ request: PredictionRequest, predictions: CatalogPredictions, folder: String, isJSON: Bool
  ) async throws {
    self.predictions = predictions
    self.folder = folder
    self.isJSON = isJSON
    do {
      documents = try await predictions.documents(request)
    } catch {
      throw Self.failure(error)
    }
    trail = try await ResultTrail(of: [request.model] + request.items, in: predictions.store)
  }

  func run() async throws {
    let progress = Progress("Predicting")
    let folder = URL(fileURLWithPath: folder).standardizedFileURL.path
    let outcome: CatalogPredictions.Outcome
    do {
      outcome = try await predictions.run(
        documents, folder: { _ in folder },
        progress: { progress.update($0.fraction, "\($0.stage.rawValue): \($0.pixels) of \($0.totalPixels) pixels") },
        beside: { try writeDocuments($0, to: $1) })
    } catch {
      throw Self.failure(error)
    }
    progress.finish(Self.summary(outcome.report, folder: folder))
    for warning in outcome.report.warnings { Progress.write("Warning: \(warning)\n") }
    if isJSON { print(JSONSerializer.text(.object(Self.measurements(outcome.report)))) }
  }

  /// Writes the result's item, and copies of the items that it came from.
  private func writeDocuments(_ outcome: CatalogPredictions.Outcome, to folder: String) throws {
    do {
      try trail.write(to: folder)
      try Data(JSONSerializer.bytes(.object(document(outcome))) + [0x0A]).write(
        to: URL(fileURLWithPath: folder + "/item.json"))
    } catch {
      throw InferenceError(.unwritable, "The item of the result cannot be written.")
    }
  }

  /// What a run would do, printed; no pixel is read.
  func explain() async throws {
    do {
      let plan = try await predictions.plan(documents)
      print(isJSON ? JSONSerializer.text(.object(plan.json)) : plan.text)
    } catch {
      throw Self.failure(error)
    }
  }

  private static func failure(_ error: any Error) -> any Error {
    switch error {
    case let error as APIError: CommandFailure(PredictOptionNames.message(error))
    case let error as InferenceError: CommandFailure(error.message)
    default: error
    }
  }

  /// What a run took, for a program.
  private static func measurements(_ report: PredictionReport) -> JSONObject {
    [
      "pixels": JSONValue(report.grid.width * report.grid.height), "nodata_pixels": JSONValue(report.noDataPixels),
      "holes_filled": JSONValue(report.holesFilled), "polygons": JSONValue(report.polygons),
      "polygons_below_minimum_area": JSONValue(report.polygonsBelowMinimumArea),
      "polygons_reshaped": JSONValue(report.polygonsReshaped),
      "polygons_collapsed": JSONValue(report.polygonFaults.collapsed),
      "polygons_unsettled": JSONValue(report.polygonFaults.unsettled),
      "seconds": JSONValue(report.seconds),
      "stages": .array(
        report.stages.map { ["name": .string($0.stage.rawValue), "seconds": JSONValue($0.seconds)] }),
      "threads": JSONValue(report.threads), "instruction_set": .string(report.instructionSet),
      "scratch_file_bytes": JSONValue(report.scratchBytes),
      "warnings": .array(report.warnings.map { .string($0) }),
      "remote_images": .array(report.remoteImages.map { .object($0.json) }),
      "files": .array(report.files.map { ["name": .string($0.name), "size": JSONValue($0.size)] }),
    ]
  }

  /// The result's item; it leads to the copies of the documents beside it.
  private func document(_ outcome: CatalogPredictions.Outcome) -> JSONObject {
    let request = documents.request
    let context = PredictionDocument.Context(
      id: outcome.id, modelHref: ResultTrail.href(of: request.model),
      itemHrefs: outcome.items.map(ResultTrail.href), created: .now,
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
      lines.append("  \(share)  \(Self.text(of: entry.areaSquareMetres))  \(entry.name)")
    }
    return lines.joined(separator: "\n")
  }

  /// An area for a person: in hectares, or in square metres where it is less than one.
  private static func text(of area: Double) -> String {
    area < 10_000 ? String(format: "%12.2f m²", area) : String(format: "%12.2f ha", area / 10_000)
  }
}
