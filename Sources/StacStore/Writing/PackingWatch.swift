import Packing
import Synchronization

/// Notices that the documents of a collection are no longer like its dictionary.
///
/// Documents that are packed badly are kept until they are enough to tell whether a dictionary of them would be better;
/// where it would not, it is asked the more rarely.
final class PackingWatch: Sendable {
  private struct State {
    var poor: [[UInt8]] = []
    /// How many badly packed documents are passed over before the next are kept.
    var pause = 0
    var nextPause = PackingWatch.sampleCount
  }

  /// Half of them make a dictionary, the others try it.
  private static let sampleCount = 8
  private static let longestPause = 1 << 20

  private let state = Mutex(State())

  /// Takes note of a document and the size of its frame.
  func note(_ document: [UInt8], packedTo size: Int) {
    guard document.count >= 500, size * 4 > document.count else { return }
    state.withLock { state in
      if state.pause > 0 {
        state.pause -= 1
      } else if state.poor.count < Self.sampleCount {
        state.poor.append(document)
      }
    }
  }

  /// Documents that a new dictionary should be tried with, nil as a rule; they are given once.
  func takeSamples() -> [[UInt8]]? {
    state.withLock { state in
      guard state.poor.count == Self.sampleCount else { return nil }
      defer {
        state.poor = []
        state.pause = state.nextPause
        state.nextPause = min(state.nextPause * 2, Self.longestPause)
      }
      return state.poor
    }
  }
}

extension PackingDictionary {
  /// A dictionary of the first half of some documents, if it packs the others to less than half of what this one does.
  func better(for samples: [[UInt8]]) -> PackingDictionary? {
    let half = samples.count / 2
    guard let other = try? PackingDictionary(of: samples.prefix(half)) else { return nil }
    let rest = samples.dropFirst(half)
    guard let present = size(of: rest), let possible = other.size(of: rest), possible * 2 < present else { return nil }
    return other
  }

  private func size(of documents: ArraySlice<[UInt8]>) -> Int? {
    try? documents.reduce(0) { try $0 + DocumentPacker.pack($1, against: self).count }
  }
}
