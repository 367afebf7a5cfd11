import HTTPTypes
import Hummingbird
import NIOCore
import StacModel

extension Response {
  /// An answer of bytes with a media type.
  static func bytes(
    _ bytes: [UInt8], _ type: StacModel.MediaType, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]
  ) -> Response {
    .bytes(ByteBuffer(bytes: bytes), type, status: status, headers: headers)
  }

  static func bytes(
    _ bytes: ByteBuffer, _ type: StacModel.MediaType, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]
  ) -> Response {
    var fields = HTTPFields()
    fields.reserveCapacity(10)
    fields.append(HTTPField(name: .contentType, value: type.rawValue))
    for field in headers where field.name != .contentType { fields.append(field) }
    return Response(status: status, headers: fields, body: ResponseBody(byteBuffer: bytes))
  }

  /// An answer of a JSON document made here.
  static func json(_ object: JSONObject, type: StacModel.MediaType = .json, status: HTTPResponse.Status = .ok)
    -> Response
  {
    .bytes(JSONSerializer.bytes(.object(object)), type, status: status)
  }

  /// The answer to a refusal; `asException` adds what OGC API - Processes wants.
  static func refusal(_ error: APIError, asException: Bool) -> Response {
    let document = error.document(asException: asException)
    let status = HTTPResponse.Status(code: error.code.status)
    var response = Response.json(document, status: status)
    if !error.allowedMethods.isEmpty { response.headers[.allow] = error.allowedMethods.joined(separator: ", ") }
    if let seconds = error.retryAfter { response.headers[.retryAfter] = String(seconds) }
    if let challenge = error.challenge { response.headers[.wwwAuthenticate] = challenge }
    if let size = error.fileSize { response.headers[.contentRange] = "bytes */\(size)" }
    return response
  }
}
