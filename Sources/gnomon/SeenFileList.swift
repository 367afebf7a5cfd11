import Foundation
import StacAPI
import StacModel
import StacStore

/// The files of this machine that a model names, as they were seen: by their sizes and times, without being read.
struct SeenFileList: Codable, Equatable {
  /// A file by the address that an item has for it; without size and time where there is none.
  struct SeenFile: Codable, Equatable {
    let href: String
    let size: Int64?
    /// Nanoseconds since 1970.
    let time: Int64?
    /// Its number in the file system: another file may have size and time of the one before.
    let number: UInt64?
  }

  /// The machine that has seen them: the same file has other times on another one.
  let machine: String
  let files: [SeenFile]

  /// Looks at the files of some assets; nil where none is of this machine.
  init?(_ assets: [Asset], on access: AssetAccess) {
    let own = assets.filter { access.hosts(of: [$0]).isEmpty }
    guard !own.isEmpty else { return nil }
    self.init(hrefs: own.map(\.href), on: access)
  }

  private init(hrefs: [String], on access: AssetAccess) {
    machine = Self.machine
    files = hrefs.map { href in
      let status = access.files.stamp(of: href)
      return SeenFile(href: href, size: status?.size, time: status?.time, number: status?.number)
    }
  }

  /// Reads what ``text`` has written; nil of anything else.
  init?(_ text: String?) {
    guard let text, let list = try? JSONDecoder().decode(Self.self, from: Data(text.utf8)) else { return nil }
    self = list
  }

  var text: String? { (try? JSONEncoder().encode(self)).map { String(decoding: $0, as: UTF8.self) } }

  /// The same files as they are now.
  func now(on access: AssetAccess) -> SeenFileList { SeenFileList(hrefs: files.map(\.href), on: access) }

  /// Whether the files are as they were, as far as this machine can tell.
  func isAsOn(_ access: AssetAccess) -> Bool { machine != Self.machine || self == now(on: access) }

  private static let machine = (try? String(contentsOfFile: "/proc/sys/kernel/hostname", encoding: .utf8)) ?? ""
}

/// What the files of models looked like when they were looked at last, so that a change is noticed without reading any.
struct FileWatch: Sendable {
  private let access: AssetAccess
  private var seen: [ModelKey: SeenFileList] = [:]
  /// When the latest proof came that is known here.
  private(set) var latest: Timestamp?

  init(_ access: AssetAccess) { self.access = access }

  /// The models whose files are others than when they were looked at last; each change is told once.
  ///
  /// - Parameter news: what was seen since ``latest``, here or by other servers.
  mutating func changes(_ news: [SeenModelFiles]) -> [ModelKey] {
    var changed: [ModelKey] = []
    for one in news {
      latest = max(latest ?? one.provedAt, one.provedAt)
      guard let list = SeenFileList(one.files) else { continue }
      if !list.isAsOn(access) { changed.append(one.key) }
      seen[one.key] = list.now(on: access)
    }
    let fresh = Set(news.map(\.key))
    for (key, list) in seen where !fresh.contains(key) {
      let now = list.now(on: access)
      guard now != list else { continue }
      changed.append(key)
      seen[key] = now
    }
    return changed
  }

  /// Forgets models that are there no more.
  mutating func forget(_ keys: [ModelKey]) { for key in keys { seen[key] = nil } }
}
