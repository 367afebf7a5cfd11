import ArgumentParser
import CatalogFiles
import Foundation
import MLMExtension
import MLflow
import StacModel

/// A model that is described by MLflow and a template instead of an item.
struct MLflowModelOptions: ParsableArguments {
  @Option(
    name: .customLong("from-mlflow"),
    help: ArgumentHelp(
      "Model that MLflow has, as models:/name@alias, models:/name/version or runs:/id/path, to make the item of; the "
        + "template says what MLflow does not know.", valueName: "uri"))
  var model: String?

  @Option(help: ArgumentHelp("Item with gaps that --from-mlflow fills; see docs/mlflow.md.", valueName: "file"))
  var template: String?

  @Option(
    name: .customLong("mlflow-tracking-uri"),
    help: ArgumentHelp("MLflow server that has the model (GNOMON_MLFLOW_TRACKING_URI).", valueName: "http://…"))
  var trackingURI: String?

  /// What a model's file is read from where MLflow does not hand it out.
  typealias Files = ArtifactReader

  func validate() throws {
    guard model != nil || template == nil else { throw ValidationError("--template needs --from-mlflow") }
  }

  /// The item of the model that is asked for, and where MLflow and the template disagree; nil where none is asked for.
  func item(reading files: @escaping Files) async throws -> MadeModel? {
    guard let model else { return nil }
    guard let uri = ModelURI(model) else {
      throw CommandFailure(
        "--from-mlflow needs models:/name@alias, models:/name/version or runs:/id/path, not '\(model)'")
    }
    guard let template else {
      throw CommandFailure("--from-mlflow needs --template, an item with at least a collection")
    }
    let servers = try MLflowOptions.servers(trackingURI.map { [$0] } ?? [])
    let document = try CatalogReader.template(ofFile: template)
    let source: ModelSource
    do throws(MLflowError) {
      source = try await ModelSource.fetch(uri, from: servers, read: files)
    } catch {
      throw CommandFailure("\(model): \(error)")
    }
    let built = ModelItemBuilder(source, template: document).item()
    return MadeModel(item: try MLMExtension.item(JSONText(.object(built.document))), notes: built.notes)
  }
}

/// An item that was made of what MLflow knows and a template.
struct MadeModel: Sendable {
  let item: Item
  /// Where the two disagree: sentences.
  let notes: [String]
}
