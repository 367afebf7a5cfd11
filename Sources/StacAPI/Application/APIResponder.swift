import HTTPTypes
public import Hummingbird
import Logging
import StacModel
import StacStore

/// Answers every request: finds its place, checks who asks, lets a controller answer, and turns errors into refusals.
public struct APIResponder: HTTPResponder {
  public typealias Context = APIContext

  let configuration: APIConfiguration
  let services: APIServices
  let access: AccessPolicy
  private let answers = KeptAnswers()
  private let pages = PageGate()
  private let clock = DateClock()
  private let log: RequestLog
  private let counts = RequestCounts()

  public init(configuration: APIConfiguration, services: APIServices) {
    self.configuration = configuration
    self.services = services
    access = AccessPolicy(configuration, store: services.store)
    log = RequestLog(slow: configuration.slowRequests)
  }

  public func respond(to request: Request, context: APIContext) async throws -> Response {
    let origin = RequestOrigin(peer: context.peer, logger: context.logger)
    return await answer(request.head, body: .stream(request.body), from: origin)
  }

  /// Answers a request; whatever goes wrong is an answer too.
  func answer(_ head: HTTPRequest, body: ArrivingBody, from origin: RequestOrigin) async -> Response {
    let start = ContinuousClock.now
    let method = head.method.rawValue
    var route: Route?
    var response: Response
    do {
      response = try await answer(head, body: body, from: origin, route: &route)
    } catch {
      let refusal = refusal(for: error, route: route, origin: origin)
      response = .refusal(refusal, asException: route?.isProcessing ?? false)
      await finish(&response, route: route, method: method, headers: head.headerFields)
    }
    // What this request has changed must not be answered from memory to whom it is told now.
    if route?.isWrite(method) == true { answers.forget() }
    response.headers.append(HTTPField(name: .requestID, value: origin.id))
    response.headers.append(HTTPField(name: .date, value: clock.date))
    let bytes = response.body.contentLength
    if method == "HEAD" { response = response.createHeadResponse() }
    let duration = ContinuousClock.now - start
    let status = Task.isCancelled ? Self.clientGone : response.status.code
    counts.add(route, status: status, duration: duration)
    log.write(head, route: route, status: status, bytes: bytes, duration: duration, origin: origin)
    return response
  }

  /// What the log and the counts say where the client went before its answer came: nginx's number for it.
  private static let clientGone = 499

  /// Whether the work for a request is given up where its client goes: of a prediction, and of the proof of a model that is
  /// not stored. Whatever writes goes on to its end.
  func endsWithClient(_ target: String) -> Bool {
    guard let target = try? RequestTarget(target, maximumLength: configuration.limits.target) else { return false }
    return Route(target.segments)?.endsWithClient ?? false
  }

  /// Adds what every answer of a place has, and compresses.
  private func finish(_ response: inout Response, route: Route?, method: String, headers: HTTPFields) async {
    CrossOrigin(allowsWrites: access.allowsForeignWrites).mark(&response, route: route, method: method)
    await Compression.apply(to: &response, headers: headers)
  }

  private func answer(
    _ head: HTTPRequest, body: ArrivingBody, from origin: RequestOrigin, route: inout Route?
  ) async throws -> Response {
    let method = head.method.rawValue
    let place = try place(of: head, route: &route)
    var actor = Actor.anonymous
    if method != "OPTIONS", !access.isOpen(place.route, method, head.headerFields) {
      actor = try await access.actor(
        place.route, method, headers: head.headerFields, authority: head.authority, peer: origin.peer)
    }
    let request = try admit(head, at: place, body: body, from: origin, as: actor)
    let key = AnswerKey(request)
    if let key, let kept = try await answers.response(for: key, services.store.snapshot) { return kept }
    let madeFrom = answers.origin
    var response =
      switch request {
      case .preflight(let place): await preflight(place)
      case .health(let place): await HealthController(services: services).answer(place)
      case .request(let request) where request.isQuick:
        try await RequestTrace.$current.withValue(RequestTrace(origin: origin, head: head)) {
          try await dispatch(request, origin: origin)
        }
      case .request(let request):
        // What parses, checks files or writes much keeps no other connection waiting.
        try await withTaskExecutorPreference(globalConcurrentExecutor) {
          try await RequestTrace.$current.withValue(RequestTrace(origin: origin, head: head)) {
            try await dispatch(request, origin: origin)
          }
        }
      }
    await finish(&response, route: route, method: method, headers: head.headerFields)
    if let key, response.status == .ok { answers.keep(response, for: key, madeFrom: madeFrom) }
    return response
  }

  /// Answers OPTIONS; whether pages of other origins may write depends on the keys that there are.
  private func preflight(_ place: Route) async -> Response {
    _ = try? await access.ring.keys()
    return CrossOrigin(allowsWrites: access.allowsForeignWrites).preflight(place)
  }

  /// Finds the request's place and refuses what cannot be asked there.
  private func place(of head: HTTPRequest, route found: inout Route?) throws -> RequestPlace {
    // The first Host is the authority; what is left among the fields is one too many.
    if head.headerFields.contains(.host) { throw APIError(.invalidRequest, "There is more than one Host header") }
    let target = try RequestTarget(head.path ?? "/", maximumLength: configuration.limits.target)
    guard let route = Route(target.segments) else {
      throw APIError(.notFound, "There is no resource at this path")
    }
    found = route
    let method = head.method.rawValue
    guard route.methods.contains(method) else {
      var error = APIError(.methodNotAllowed, "The resource allows \(route.methods.joined(separator: ", "))")
      error.allowedMethods = route.methods
      throw error
    }
    // What clients make of `…/items/..` is the collection, and must not be taken for it.
    if method == "DELETE", target.endsWithSlash {
      throw APIError(.notFound, "There is no resource at this path; leave out the slash at its end")
    }
    return RequestPlace(route: route, target: target)
  }

  /// Makes the request for a controller.
  private func admit(
    _ head: HTTPRequest, at place: RequestPlace, body: ArrivingBody, from origin: RequestOrigin, as actor: Actor
  ) throws -> AdmittedRequest {
    let (route, headers, method) = (place.route, head.headerFields, head.method.rawValue)
    if method == "OPTIONS" { return .preflight(route) }
    if route == .health || route == .readiness { return .health(route) }
    let base = try BaseURL.of(headers, authority: head.authority, peer: origin.peer, configuration: configuration)
    var target = place.target
    let language = try LanguageChoice(&target, headers: headers)
    var kept = headers
    // Ranges are for GET only (RFC 9110 section 14.2).
    if method == "HEAD" { kept[.range] = nil }
    return .request(
      APIRequest(
        route: route, method: method == "HEAD" ? "GET" : method, target: target, headers: kept, body: body, base: base,
        limits: configuration.limits, actor: actor, language: language, pages: pages))
  }

  private func dispatch(_ request: APIRequest, origin: RequestOrigin) async throws -> Response {
    guard request.route.isWrite(request.method) else { return try await control(request, origin: origin) }
    // What a request reads that writes must be as it is in the database itself.
    return try await ReadPreference.$current.withValue(.primary) {
      try await Actor.$current.withValue(request.actor) { try await control(request, origin: origin) }
    }
  }

  private func control(_ request: APIRequest, origin: RequestOrigin) async throws -> Response {
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
    case .aggregate, .aggregations:
      try await AggregationController(store: services.store, matching: services.matching).answer(request)
    case .collectionSearch: try await CollectionSearchController(store: services.store).answer(request)
    case .collections, .collection: try await CollectionController(store: services.store, files: files).answer(request)
    case .items, .item: try await ItemController(services: services, files: files).answer(request)
    case .search: try await SearchController(store: services.store, matching: services.matching).answer(request)
    case .asset(let item, let key):
      try await AssetController(configuration: configuration, store: services.store)
        .answer(request, item: services.store.model(item), key: key, origin: origin)
    case .metrics:
      try await MetricsController(services: services, version: configuration.version, requests: counts).answer(request)
    case .collectionLineage(let id):
      try await LineageController(services: services).answer(request, of: CatalogPlace(collection: id, item: nil))
    case .part(let part, let item): try await answer(part, of: services.store.model(item), request)
    case .models(let place): try await answer(place, request)
    case .processes, .process, .execution:
      try await ProcessController(services: services, version: configuration.version) {
        try await access.runsOnlyApproved()
      }.answer(request)
    }
  }

  /// The refusal that answers an error; what nobody foresaw goes to the log whole and to the client as an identifier.
  private func refusal(for error: any Error, route: Route?, origin: RequestOrigin) -> APIError {
    if let refusal = APIError(mapping: error) {
      if refusal.code.status >= 500, !Task.isCancelled {
        origin.logger.warning(
          "request failed", metadata: ["id": .string(origin.id), "error": .string(String(reflecting: error))])
      }
      return refusal
    }
    origin.logger.error(
      "unexpected error",
      metadata: [
        "id": .string(origin.id), "route": .string(route?.template ?? "none"),
        "error": .string(String(reflecting: error)),
      ])
    return APIError(.internal, "Something unexpected went wrong; the log has more under request \(origin.id)")
  }
}

/// Where a request goes.
private struct RequestPlace {
  let route: Route
  let target: RequestTarget
}

/// A request that may be answered.
enum AdmittedRequest {
  /// OPTIONS.
  case preflight(Route)
  case health(Route)
  case request(APIRequest)
}
