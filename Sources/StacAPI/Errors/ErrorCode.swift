/// The stable word that names why a request was refused; docs/errors.md lists them.
public enum ErrorCode: String, Sendable, CaseIterable {
  case invalidRequest = "invalid-request"
  case invalidParameter = "invalid-parameter"
  case invalidJSON = "invalid-json"
  case invalidDocument = "invalid-document"
  case invalidInput = "invalid-input"
  case unauthorized
  case forbidden
  case notApproved = "not-approved"
  case notFound = "not-found"
  case noSuchProcess = "no-such-process"
  case methodNotAllowed = "method-not-allowed"
  case requestTimeout = "request-timeout"
  case conflict
  case bodyTooLarge = "body-too-large"
  case targetTooLong = "target-too-long"
  case unsupportedMediaType = "unsupported-media-type"
  case rangeNotSatisfiable = "range-not-satisfiable"
  case predictionRefused = "prediction-refused"
  case promotionRefused = "promotion-refused"
  case headersTooLarge = "headers-too-large"
  case busy
  case unavailable
  case timeout
  case `internal`

  /// The HTTP status that goes with the word.
  public var status: Int {
    switch self {
    case .invalidRequest, .invalidParameter, .invalidJSON, .invalidDocument, .invalidInput: 400
    case .unauthorized: 401
    case .forbidden, .notApproved: 403
    case .notFound, .noSuchProcess: 404
    case .methodNotAllowed: 405
    case .requestTimeout: 408
    case .conflict: 409
    case .bodyTooLarge: 413
    case .targetTooLong: 414
    case .unsupportedMediaType: 415
    case .rangeNotSatisfiable: 416
    case .predictionRefused, .promotionRefused: 422
    case .headersTooLarge: 431
    case .internal: 500
    case .busy, .unavailable: 503
    case .timeout: 504
    }
  }

  /// The `title` and `type` of an OGC API - Processes exception.
  public var title: String {
    let words = rawValue.split(separator: "-").joined(separator: " ")
    return words.prefix(1).uppercased() + words.dropFirst()
  }
}
