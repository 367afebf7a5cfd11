import HummingbirdCore
import NIOCore

/// A request's body as it is known when its answer begins.
enum ArrivingBody: Sendable {
  /// All of it is here.
  case whole(ByteBuffer)
  /// More may come.
  case stream(RequestBody)

  /// How many bytes it has; nil where that is not known yet.
  var byteCount: Int? { if case .whole(let buffer) = self { buffer.readableBytes } else { nil } }
}

/// The parts of a body on their way from the event loop to whoever reads them.
struct BodyStream {
  typealias Producer = NIOThrowingAsyncSequenceProducer<
    ByteBuffer, any Error, NIOAsyncSequenceProducerBackPressureStrategies.HighLowWatermark, Demand
  >

  let body: RequestBody
  private let source: Producer.Source
  /// Whether enough waits to be read.
  private(set) var isFull = false

  /// - Parameter wanted: is called, on any thread, when more is wanted or nothing will be.
  init(wanted: @escaping @Sendable () -> Void) {
    let made = Producer.makeSequence(
      elementType: ByteBuffer.self, failureType: (any Error).self,
      backPressureStrategy: .init(lowWatermark: 1, highWatermark: 4), finishOnDeinit: true,
      delegate: Demand(wanted: wanted))
    body = RequestBody(asyncSequence: made.sequence)
    source = made.source
  }

  mutating func append(_ buffer: ByteBuffer) {
    isFull = source.yield(contentsOf: CollectionOfOne(buffer)) == .stopProducing
  }

  mutating func resume() { isFull = false }

  func finish() { source.finish() }

  func fail(_ error: any Error) { source.finish(error) }

  struct Demand: NIOAsyncSequenceProducerDelegate {
    let wanted: @Sendable () -> Void

    func produceMore() { wanted() }

    func didTerminate() { wanted() }
  }
}
