import Inference
import StacModel
import StacStore

extension APIError {
  /// The refusal that an error stands for, nil where it is our own fault.
  init?(mapping error: any Error) {
    switch error {
    case let error as APIError: self = error
    case let error as ParameterError: self.init(.invalidParameter, error.description)
    case let error as JSONSyntaxError: self.init(.invalidJSON, error.description)
    case let error as DocumentRefusal:
      let count = error.faults.count
      self.init(
        .invalidDocument, count == 1 ? error.description : "The document has \(count) faults", faults: error.faults)
    case let error as StoreError: self.init(error)
    case let error as InferenceError: self.init(error)
    case is CancellationError: self.init(.unavailable, "The request was cancelled")
    default: return nil
    }
  }

  private init?(_ error: StoreError) {
    switch error {
    case .notFound(let what): self.init(.notFound, "There is no \(what)")
    case .conflict(let what): self.init(.conflict, "There is already \(what)")
    case .changed(let what):
      self.init(.conflict, "Others changed \(what) again and again in the meantime; try once more")
    case .decided(let what):
      self.init(
        .forbidden,
        "\(what): to remove it, to give it another name or version, or to put something else in its place, takes a key of "
          + "the role approver or admin; "
          + "ask somebody who has one to do it, or to retire the model first (POST …/promotions)")
    case .parameter(let error): self.init(.invalidParameter, error.description)
    case .unavailable: self.init(.unavailable, "The database cannot be reached now")
    case .timeout: self.init(.timeout, "The database took longer than a request may")
    case .cancelled: self.init(.unavailable, "The request was cancelled")
    case .failed: return nil
    }
  }

  private init?(_ error: InferenceError) {
    switch error.code {
    case .busy: self.init(.busy, error.message)
    case .cancelled: self.init(.unavailable, "The prediction was cancelled")
    case .unwritable, .failed: return nil
    default: self.init(.predictionRefused, error.description)
    }
  }
}
