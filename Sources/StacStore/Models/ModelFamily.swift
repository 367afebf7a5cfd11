public import StacModel

/// One version of a model: an item.
public struct ModelRelease: Sendable, Hashable {
  /// The item's identifier.
  public let id: String
  /// The item's `version`, as it is written.
  public let version: String?
  /// Whether the item says that it is superseded (`deprecated`).
  public let isDeprecated: Bool
  /// Nil where nothing was decided about it.
  public let state: ModelState?
  /// Whether its document is the one that was decided upon; so is any about which nothing was.
  public let isUnchanged: Bool
  /// When the item came into the catalog.
  public let created: Timestamp

  public init(
    id: String, version: String?, isDeprecated: Bool = false, state: ModelState? = nil,
    isUnchanged: Bool = true, created: Timestamp = Timestamp(microseconds: 0)
  ) {
    self.id = id
    self.version = version
    self.isDeprecated = isDeprecated
    self.state = state
    self.isUnchanged = isUnchanged
    self.created = created
  }

  /// Whether it is still to be used: neither deprecated nor retired.
  public var isCurrent: Bool { !isDeprecated && state != .retired }

  /// Whether this one is meant rather than another of the same version: what was decided counts, then who came first, so
  /// that nobody takes the place of another by an item of the same version.
  fileprivate func isMeant(ratherThan other: ModelRelease) -> Bool {
    let (one, two) = (rank, other.rank)
    if one != two { return one > two }
    return (created.microseconds, id) < (other.created.microseconds, other.id)
  }

  /// How much was decided about its document. A decision says nothing of another document, so that none takes a version's
  /// name by being changed into that version; what is retired stays so.
  private var rank: Int {
    guard isUnchanged || state == .retired else { return 0 }
    return switch state {
    case .production: 4
    case .approved: 3
    case .validated: 2
    case .proposed: 1
    case nil: 0
    case .retired: -1
    }
  }
}

/// The versions of a model: the items of a collection that share `mlm:name`, in the order of their versions.
public final class ModelFamily: Sendable {
  public let name: String
  /// Ascending; those without a version that can be compared come first.
  public let releases: [ModelRelease]
  private let versions: [SemanticVersion?]

  public init(name: String, releases: [ModelRelease]) {
    self.name = name
    let read = releases.map { (release: $0, version: $0.version.flatMap { SemanticVersion($0) }) }
    let sorted = read.sorted { left, right in
      switch (left.version, right.version) {
      case (let one?, let other?) where one != other: return one < other
      case (nil, _?): return true
      case (_?, nil): return false
      default: return (left.release.version ?? "", left.release.id) < (right.release.version ?? "", right.release.id)
      }
    }
    self.releases = sorted.map(\.release)
    versions = sorted.map(\.version)
  }

  /// The latest version: of those that are neither deprecated nor retired the greatest release, else the greatest that comes
  /// before its release; the only one there is, whatever its version. Nil where all are deprecated or retired, and where no
  /// version can be compared.
  public var latest: ModelRelease? {
    guard releases.count > 1 else { return releases.first { $0.isCurrent } }
    let candidates = releases.indices.filter { versions[$0] != nil && releases[$0].isCurrent }
    let last = candidates.last { versions[$0]?.isPrerelease == false } ?? candidates.last
    guard let last else { return nil }
    return Self.meant(candidates.filter { versions[$0] == versions[last] }.map { releases[$0] })
  }

  /// The version that is in production.
  public var production: ModelRelease? { releases.first { $0.state == .production } }

  /// The item of a version: as it is written, else by what it means. Of several the one about whose present document most
  /// was decided, of these the one that was there first.
  public func release(of version: String) -> ModelRelease? {
    let written = releases.filter { $0.version == version }
    guard written.isEmpty, let meant = SemanticVersion(version) else { return Self.meant(written) }
    return Self.meant(releases.indices.filter { versions[$0] == meant }.map { releases[$0] })
  }

  private static func meant(_ releases: [ModelRelease]) -> ModelRelease? {
    releases.min { $0.isMeant(ratherThan: $1) }
  }

  /// The version before that of an item; nil for the first.
  public func predecessor(of id: String) -> ModelRelease? {
    guard let version = version(of: id) else { return nil }
    return releases.indices.last { index in versions[index].map { $0 < version } ?? false }.map { releases[$0] }
  }

  /// The version behind that of an item; nil for the last.
  public func successor(of id: String) -> ModelRelease? {
    guard let version = version(of: id) else { return nil }
    return releases.indices.first { index in versions[index].map { version < $0 } ?? false }.map { releases[$0] }
  }

  private func version(of id: String) -> SemanticVersion? {
    releases.firstIndex { $0.id.utf8.elementsEqual(id.utf8) }.flatMap { versions[$0] }
  }
}
