import HTTPTypes
public import Hummingbird
import Logging
import StacModel

/// Answers every request: finds its place, checks who asks, lets a controller answer, and turns errors into refusals.
public struct APIResponder: HTTPResponder {
  public typealias Context = APIContext

  let configuration: APIConfiguration
  let services: APIServices

  public init(configuration: APIConfiguration, services: APIServices) {
    self.configuration = configuration
    self.services = services
  }

  public func respond(to request: Request, context: APIContext) async throws -> Response {
    let start = ContinuousClock.now
    let method = request.method.rawValue
    var route: Route?
    var response: Response
    do {
      response = try await answer(request, context: context, route: &route)
    } catch {
      let refusal = refusal(for: error, route: route, context: context)
      response = .refusal(refusal, asException: route?.isProcessing ?? false)
    }
    CrossOrigin(mode: configuration.authorization).mark(&response, route: route, method: method)
    response.headers[.requestID] = context.id
    await Compression.apply(to: &response, accepting: request.headers[values: .acceptEncoding])
    let bytes = response.body.contentLength
    if method == "HEAD" { response = response.createHeadResponse() }
    context.logger.info(
      "request",
      metadata: [
        "method": .string(method), "route": .string(route?.template ?? "none"),
        "status": .stringConvertible(response.status.code), "bytes": .string(bytes.map(String.init) ?? "streamed"),
        "milliseconds": .stringConvertible((ContinuousClock.now - start).milliseconds),
      ])
    return response
  }

  private func answer(_ request: Request, context: APIContext, route: inout Route?) async throws -> Response {
    // The first Host is the authority; what is left among the fields is one too many.
    if request.headers.contains(.host) { throw APIError(.invalidRequest, "There is more than one Host header") }
    var target = try RequestTarget(request.head.path ?? "/", maximumLength: configuration.limits.target)
    guard let place = Route(target.segments) else {
      throw APIError(.notFound, "There is no resource at this path")
    }
    route = place
    let method = request.method.rawValue
    guard place.methods.contains(method) else {
      var error = APIError(.methodNotAllowed, "The resource allows \(place.methods.joined(separator: ", "))")
      error.allowedMethods = place.methods
      throw error
    }
    if method == "OPTIONS" {
      return CrossOrigin(mode: configuration.authorization).preflight(place, headers: request.headers)
    }
    // What clients make of `…/items/..` is the collection, and must not be taken for it.
    if method == "DELETE", target.endsWithSlash {
      throw APIError(.notFound, "There is no resource at this path; leave out the slash at its end")
    }
    if place.isWrite(method) {
      try WritePolicy(mode: configuration.authorization)
        .check(request.headers, authority: request.head.authority, peer: context.peer)
    }
    if place == .health || place == .readiness { return await HealthController(services: services).answer(place) }
    let base = try BaseURL.of(
      request.headers, authority: request.head.authority, peer: context.peer, configuration: configuration)
    var headers = request.headers
    // Ranges are for GET only (RFC 9110 section 14.2).
    if method == "HEAD" { headers[.range] = nil }
    let language = try LanguageChoice(&target, headers: headers[values: .acceptLanguage])
    let request = APIRequest(
      route: place, method: method == "HEAD" ? "GET" : method, target: target, headers: headers,
      body: request.body, base: base, limits: configuration.limits, language: language)
    return try await dispatch(request, context: context)
  }

  private func dispatch(_ request: APIRequest, context: APIContext) async throws -> Response {
    let files = PublishedFiles(dataDirectory: configuration.dataDirectory)
    return switch request.route {
    case .health, .readiness: await HealthController(services: services).answer(request.route)
    case .landing, .conformance: try await LandingController(services: services).answer(request)
    case .description, .documentation:
      try await DocumentationController(version: configuration.version, store: services.store).answer(request)
    case .queryables, .sortables, .collectionQueryables, .collectionSortables:
      try await QueryablesController(store: services.store).answer(request)
    case .functions: try FunctionsController().answer(request)
    case .browse(let node): try await BrowseController(store: services.store).answer(request, node)
    case .children(let parent): try await ChildrenController(store: services.store).answer(request, parent)
    case .aggregate, .aggregations: try await AggregationController(store: services.store).answer(request)
    case .collectionSearch: try await CollectionSearchController(store: services.store).answer(request)
    case .collections, .collection: try await CollectionController(store: services.store, files: files).answer(request)
    case .items, .item: try await ItemController(services: services, files: files).answer(request)
    case .search: try await SearchController(store: services.store).answer(request)
    case .asset(let item, let key):
      try await AssetController(configuration: configuration, store: services.store)
        .answer(request, item: item, key: key, context: context)
    case .processes, .process, .execution:
      try await ProcessController(services: services, version: configuration.version).answer(request)
    }
  }

  /// The refusal that answers an error; what nobody foresaw goes to the log whole and to the client as an identifier.
  private func refusal(for error: any Error, route: Route?, context: APIContext) -> APIError {
    if let refusal = APIError(mapping: error) {
      if refusal.code.status >= 500 {
        context.logger.warning("request failed", metadata: ["error": .string(String(reflecting: error))])
      }
      return refusal
    }
    context.logger.error(
      "unexpected error",
      metadata: ["route": .string(route?.template ?? "none"), "error": .string(String(reflecting: error))])
    return APIError(.internal, "Something unexpected went wrong; the log has more under request \(context.id)")
  }
}

extension Duration {
  /// Whole milliseconds.
  var milliseconds: Int64 { components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000 }
}
