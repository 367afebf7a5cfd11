public import StacModel

/// A refusal as the client sees it; the description holds no SQL, no path and no connection string.
public struct APIError: Error, Sendable, Equatable {
  public let code: ErrorCode
  public let description: String
  /// The faults of a refused document.
  public var faults: [Fault]
  /// The methods that a 405 allows.
  var allowedMethods: [String] = []
  /// Seconds after which trying again may help.
  var retryAfter: Int?
  /// How to authenticate, for WWW-Authenticate of a 401.
  var challenge: String?
  /// The size of the file whose range cannot be satisfied.
  var fileSize: Int?

  public init(_ code: ErrorCode, _ description: String, faults: [Fault] = []) {
    self.code = code
    self.description = description
    self.faults = faults
    if code == .busy || code == .unavailable { retryAfter = 5 }
  }

  /// Input with faults; the first are told in the description too, all in `errors`.
  public init(_ code: ErrorCode, faults: [Fault]) {
    let told = faults.prefix(Self.mostTold).map(\.description).joined(separator: "; ")
    let more = faults.count - Self.mostTold
    self.init(code, more > 0 ? "\(told); and \(more) more" : told, faults: faults)
  }

  /// How many faults a description tells.
  private static let mostTold = 10

  /// The error's document; exceptions of OGC API - Processes carry RFC 7807's members too.
  func document(asException: Bool) -> JSONObject {
    var object: JSONObject = ["code": .string(code.rawValue), "description": .string(description)]
    if asException {
      object["type"] = .string(exceptionType)
      object["title"] = .string(code.title)
      object["status"] = .init(code.status)
      object["detail"] = .string(description)
    }
    if !faults.isEmpty {
      object["errors"] = .array(faults.map { .object($0.json) })
    }
    return object
  }

  private var exceptionType: String {
    let base = "http://www.opengis.net/def/exceptions/ogcapi-processes-1/1.0/"
    return code == .noSuchProcess ? base + "no-such-process" : "about:blank"
  }
}

extension Fault {
  /// The fault as an element of `errors` and `warnings`.
  public var json: JSONObject {
    var object: JSONObject = ["pointer": .string(pointer.description), "message": .string(message)]
    if let rule { object["rule"] = .string(rule) }
    if let remedy { object["remedy"] = .string(remedy) }
    return object
  }
}
