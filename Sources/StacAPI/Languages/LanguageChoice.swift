import HTTPTypes
import StacModel

/// The language of an answer, and whether the URL asks for it, so that links have to ask for it too.
struct LanguageChoice: Sendable, Hashable {
  let language: Language
  private let isInURL: Bool

  init(_ language: Language, isInURL: Bool = false) {
    self.language = language
    self.isInURL = isInURL
  }

  /// Takes the `language` parameter off the query, and chooses by it or by the Accept-Language header.
  init(_ target: inout RequestTarget, headers: HTTPFields) throws(ParameterError) {
    let parameter = target.query.isEmpty ? nil : try target.take("language")
    let isAsked = parameter != nil || headers.contains(.acceptLanguage)
    language =
      isAsked ? try Language.chosen(parameter: parameter, headers: headers[values: .acceptLanguage]) : .english
    isInURL = parameter != nil
  }

  var phrases: Phrases { Phrases(language: language) }

  /// The URL of a document of this server's own in the same language.
  func url(_ url: String) -> String {
    guard isInURL else { return url }
    return url + (url.contains("?") ? "&" : "?") + "language=\(language.rawValue)"
  }
}
