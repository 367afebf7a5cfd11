import CGeo
import TreeEnsembles

/// A booster of libxgboost and its only owner.
// @safe: the handle has one owner, which frees it; the library gets arrays with lengths that were checked against them.
@safe struct XGBoostBooster: ~Copyable {
  private let handle: BoosterHandle
  private let threads: Int32

  /// Loads a model from bytes that only the guard or a test may choose.
  static func loading(trustedBytes bytes: [UInt8], threads: Int) throws(ModelFileError) -> XGBoostBooster {
    let handle = unsafe try created()
    let booster = unsafe XGBoostBooster(takingOwnership: handle, threads: Int32(clamping: max(threads, 0)))
    try booster.load(bytes)
    return booster
  }

  private init(takingOwnership handle: BoosterHandle, threads: Int32) {
    unsafe self.handle = handle
    self.threads = threads
  }

  private static func created() throws(ModelFileError) -> BoosterHandle {
    var created: BoosterHandle? = nil
    try check(unsafe XGBoosterCreate(nil, 0, &created), "XGBoosterCreate")
    guard let created = unsafe created else { throw .library("XGBoosterCreate gave no booster.") }
    return unsafe created
  }

  private func load(_ bytes: [UInt8]) throws(ModelFileError) {
    try set("verbosity", "0")
    try Self.check(
      unsafe XGBoosterLoadModelFromBuffer(handle, bytes, UInt64(bytes.count)), "XGBoosterLoadModelFromBuffer")
    try set("nthread", "\(threads)")
  }

  deinit { _ = unsafe XGBoosterFree(handle) }

  private func set(_ name: String, _ value: String) throws(ModelFileError) {
    try Self.check(unsafe XGBoosterSetParam(handle, name, value), "XGBoosterSetParam")
  }

  /// Turns a return code into the library's own message; the message is kept by thread, so it is ours.
  private static func check(_ code: Int32, _ function: String) throws(ModelFileError) {
    guard code != 0 else { return }
    let text = unsafe XGBGetLastError().map { unsafe String(cString: $0) } ?? ""
    let message = text.split(separator: "\n").first { !$0.isEmpty } ?? "no message"
    throw .library("\(function) failed: \(message)")
  }

  /// Predicts rows `[rows, columns]` and appends nothing: `outputs` receives `[rows, outputCount]`.
  ///
  /// `linear` takes the way over a DMatrix, because libxgboost cannot predict a linear model in place.
  func predict(
    _ features: [Float], rows: Int, columns: Int, outputCount: Int, linear: Bool, margins: Bool,
    into outputs: inout [Float]
  ) throws(ModelFileError) {
    let configuration = """
      {"type":\(margins ? 1 : 0),"training":false,"iteration_begin":0,"iteration_end":0,"strict_shape":true,\
      "cache_id":0,"missing":NaN}
      """
    var result = Result()
    if linear {
      try predictMatrix(features, rows, columns, configuration, &result)
    } else {
      try predictInPlace(features, rows, columns, configuration, &result)
    }
    try result.copy(rows: rows, outputCount: outputCount, into: &outputs)
  }

  private func predictInPlace(
    _ features: [Float], _ rows: Int, _ columns: Int, _ configuration: String, _ result: inout Result
  ) throws(ModelFileError) {
    let code = unsafe features.withUnsafeBufferPointer { buffer in
      let address = UInt(bitPattern: buffer.baseAddress)
      let array = #"{"data":[\#(address),true],"shape":[\#(rows),\#(columns)],"typestr":"<f4","version":3}"#
      return unsafe XGBoosterPredictFromDense(
        handle, array, configuration, nil, &result.shape, &result.dimensions, &result.values)
    }
    try Self.check(code, "XGBoosterPredictFromDense")
  }

  private func predictMatrix(
    _ features: [Float], _ rows: Int, _ columns: Int, _ configuration: String, _ result: inout Result
  ) throws(ModelFileError) {
    var matrix: DMatrixHandle? = nil
    try Self.check(
      unsafe XGDMatrixCreateFromMat_omp(features, UInt64(rows), UInt64(columns), .nan, &matrix, threads),
      "XGDMatrixCreateFromMat_omp")
    defer { _ = unsafe XGDMatrixFree(matrix) }
    try Self.check(
      unsafe XGBoosterPredictFromDMatrix(
        handle, matrix, configuration, &result.shape, &result.dimensions, &result.values),
      "XGBoosterPredictFromDMatrix")
  }
}

extension XGBoostBooster {
  /// Where the library left its result; valid until the booster's next call.
  // @safe: it lives within one call of predict, and is copied before that ends.
  @safe private struct Result {
    var shape: UnsafePointer<UInt64>? = nil
    var dimensions: UInt64 = 0
    var values: UnsafePointer<Float>? = nil

    /// Copies the values after checking that they are as many as the caller expects, and finite.
    func copy(rows: Int, outputCount: Int, into outputs: inout [Float]) throws(ModelFileError) {
      var count: UInt64 = 1
      for index in 0..<Int(dimensions) { count *= unsafe shape?[index] ?? 0 }
      guard count == UInt64(rows * outputCount), let values = unsafe values else {
        throw .library("The library gave \(count) values for \(rows) rows of \(outputCount) outputs.")
      }
      for index in 0..<(rows * outputCount) {
        let value = unsafe values[index]
        guard value.isFinite else {
          throw .library("The model predicts a value that is not finite in row \(index / outputCount) of a block.")
        }
        outputs[index] = value
      }
    }
  }
}
