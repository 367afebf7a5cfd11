import Inference
import MLMExtension
import StacModel

/// Proves a model: its file goes through the guard, its golden vector is predicted.
struct ModelProof: Sendable {
  let access: AssetAccess

  /// The largest model file that is read, in bytes.
  static let modelLimit = 512 << 20
  /// The largest golden vector that is read, in bytes.
  static let vectorLimit = 16 << 20

  /// What the files of a model tell against it; off the cooperative pool.
  func check(_ item: Item) async -> [ModelFinding] {
    guard let asset = item.modelAsset, asset.executableFormatAdvice == nil else { return [] }
    return await onOwnThread { access.withResolver { Self.check(item, asset, $0) } }
  }

  private static func check(
    _ item: Item, _ asset: Asset, _ resolve: InferencePipeline.AssetResolver
  ) -> [ModelFinding] {
    let pointer = JSONPointer("/assets").appending(asset.key)
    let bytes: [UInt8]
    do {
      bytes = try AssetAccess.bytes(of: asset, item: item, limit: modelLimit, resolve)
    } catch {
      return [
        ModelFinding(
          file: .fileReadable, at: pointer, "the model file could not be read, so it is not proved: \(words(error))",
          remedy: "make it readable for this server, or allow its host")
      ]
    }
    do {
      return meet(try RunnableModel(item: item, bytes: bytes, threads: 1), resolve)
    } catch {
      // What its document says against a run has been told with the document.
      if [.invalidModel, .unsupportedModel, .featureMismatch].contains(error.code),
        !MLMExtension.validate(item).runBars.isEmpty
      {
        return []
      }
      return [finding(error, at: pointer)]
    }
  }

  /// What keeps a model from being run, by its file.
  private static func finding(_ error: InferenceError, at pointer: JSONPointer) -> ModelFinding {
    switch error.code {
    case .checksum:
      ModelFinding(
        file: .fileChecksum, at: pointer.appending("file:checksum"), words(error),
        remedy: "write the checksum of the file that was tested, or restore that file")
    case .modelFile:
      ModelFinding(
        file: .fileFormat, at: pointer, words(error), remedy: "export the model anew, in a format that holds data only")
    default:
      ModelFinding(
        file: .runnableHere, at: pointer, "the model cannot be run here: \(words(error))",
        remedy: "mend the item where it is wrong; a model for another runtime may stay in the catalog as it is")
    }
  }

  /// Predicts the golden vector.
  private static func meet(_ model: RunnableModel, _ resolve: InferencePipeline.AssetResolver) -> [ModelFinding] {
    guard let asset = model.item.testVectorAsset else { return [] }
    let pointer = JSONPointer("/assets").appending(asset.key)
    let bytes: [UInt8]
    do {
      bytes = try AssetAccess.bytes(of: asset, item: model.item, limit: vectorLimit, resolve)
    } catch {
      return [
        ModelFinding(
          file: .fileReadable, at: pointer,
          "the test vector could not be read, so the model is not proved: \(words(error))",
          remedy: "make it readable for this server, or allow its host")
      ]
    }
    do {
      _ = try model.verify(testVector: bytes)
      return []
    } catch {
      return [
        ModelFinding(
          file: .goldenVectorMet, at: pointer, words(error),
          remedy: "find out which is wrong, the model file or the vector, before anybody reads a map")
      ]
    }
  }

  /// What an error says, without its full stop.
  private static func words(_ error: any Error) -> String {
    let text = (error as? InferenceError)?.message ?? "\(error)"
    return text.hasSuffix(".") ? String(text.dropLast()) : text
  }
}
