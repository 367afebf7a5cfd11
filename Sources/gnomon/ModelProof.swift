import Inference
import MLMExtension
import StacModel

/// Proves a model before it is put into the catalog: its file goes through the guard, its golden vector is predicted.
struct ModelProof: Sendable {
  let access: AssetAccess

  /// The largest model file that is read, in bytes.
  static let modelLimit = 512 << 20
  /// The largest golden vector that is read, in bytes.
  static let vectorLimit = 16 << 20

  /// Checks the model; off the cooperative pool.
  ///
  /// - Returns: what is doubtful, such as a file that cannot be read from here.
  /// - Throws: `DocumentRefusal` where the model must not be registered.
  func check(_ item: Item) async throws -> [Fault] {
    guard item.modelAsset != nil else { return [] }
    return try await onOwnThread { try access.withResolver { try Self.check(item, $0) } }
  }

  private static func check(_ item: Item, _ resolve: InferencePipeline.AssetResolver) throws -> [Fault] {
    guard let asset = item.modelAsset else { return [] }
    let pointer = JSONPointer("/assets").appending(asset.key)
    if let advice = asset.executableFormatAdvice { throw DocumentRefusal([Fault(pointer, advice)]) }
    let bytes: [UInt8]
    do {
      bytes = try AssetAccess.bytes(of: asset, item: item, limit: modelLimit, resolve)
    } catch let error as InferenceError {
      return [Fault(pointer, "the model file could not be read, so it is not proved: \(error.message)")]
    }
    let model: RunnableModel
    do {
      model = try RunnableModel(item: item, bytes: bytes, threads: 1)
    } catch {
      // What cannot be run here may still be catalogued; what is damaged, or is not what it says, may not.
      if error.code == .unsupportedModel {
        return [Fault(pointer, "the model cannot be run here: \(error.message)")]
      }
      let place = error.code == .checksum ? pointer.appending("file:checksum") : pointer
      throw DocumentRefusal([Fault(place, error.message)])
    }
    return try meet(model, resolve)
  }

  /// Predicts the golden vector.
  private static func meet(
    _ model: RunnableModel, _ resolve: InferencePipeline.AssetResolver
  ) throws -> [Fault] {
    guard let asset = model.item.testVectorAsset else { return [] }
    let pointer = JSONPointer("/assets").appending(asset.key)
    let bytes: [UInt8]
    do {
      bytes = try AssetAccess.bytes(of: asset, item: model.item, limit: vectorLimit, resolve)
    } catch let error as InferenceError {
      return [Fault(pointer, "the test vector could not be read, so the model is not proved: \(error.message)")]
    }
    do {
      _ = try model.verify(testVector: bytes)
      return []
    } catch {
      throw DocumentRefusal([Fault(pointer, error.message)])
    }
  }
}
