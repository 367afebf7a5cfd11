import HTTPTypes
import Hummingbird
import StacModel

extension Response {
  /// Marks an answer whose words are in a language that was chosen by the request.
  func inLanguage(_ language: Language) -> Response {
    var response = self
    response.headers[.contentLanguage] = language.rawValue
    response.headers[.vary] = "Accept-Language"
    return response
  }
}

extension LinkList {
  /// The links with the language that what they lead to comes in.
  mutating func add(
    _ rel: LinkRelation, _ href: String, _ type: StacModel.MediaType = .json, title: String?, in language: Language
  ) {
    var link = Link(rel: rel, href: href, type: type, title: title)
    link.json["hreflang"] = .string(language.rawValue)
    add(link)
  }
}

extension JSONObject {
  /// Adds what the language extension of STAC says of a document: its language, the others, and the schema.
  mutating func declare(_ language: Language) {
    self["stac_extensions"] = ["https://stac-extensions.github.io/language/v1.0.0/schema.json"]
    self["language"] = language.json
    self["languages"] = .array(Language.allCases.filter { $0 != language }.map(\.json))
  }
}
