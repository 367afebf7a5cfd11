import CQL2
import StacModel

/// The languages in which a filter may be written.
///
/// Source: OGC API - Features - Part 3, parameter filter-lang.
public enum FilterLanguage: String, Sendable, Hashable, CaseIterable {
  case text = "cql2-text"
  case json = "cql2-json"
}

extension RequestParameters {
  /// The only coordinate reference system in which a filter's geometries may be.
  static let filterCRS = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"

  /// The filter; text by default in a query string, JSON by default in a body.
  func filter() throws(ParameterError) -> Filter? {
    if let crs = try text("filter-crs"), crs != Self.filterCRS {
      throw ParameterError("filter-crs", "only \(Self.filterCRS) is supported")
    }
    switch try filterLanguage() {
    case .text: return try textFilter()
    case .json: return try jsonFilter()
    }
  }

  private func filterLanguage() throws(ParameterError) -> FilterLanguage {
    guard let name = try text("filter-lang") else { return isBody ? .json : .text }
    guard let language = FilterLanguage(rawValue: name) else {
      throw ParameterError("filter-lang", "cql2-text or cql2-json was expected")
    }
    return language
  }

  private func textFilter() throws(ParameterError) -> Filter? {
    switch value("filter") {
    case nil: return nil
    case .text(let text), .json(.string(let text)):
      do { return try Filter(text: text) } catch { throw ParameterError("filter", error.description) }
    case .json(let json):
      throw ParameterError("filter", "\(json.kind) is not CQL2 text; filter-lang says cql2-text")
    }
  }

  private func jsonFilter() throws(ParameterError) -> Filter? {
    guard let json = try json("filter") else { return nil }
    if case .string = json {
      throw ParameterError("filter", "a string is not CQL2 JSON; CQL2 text needs filter-lang cql2-text")
    }
    do { return try Filter(json: json) } catch { throw ParameterError("filter", error.description) }
  }
}
