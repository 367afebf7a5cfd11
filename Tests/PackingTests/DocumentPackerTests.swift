import Packing
import Testing

@Suite("Packed documents")
struct DocumentPackerTests {
  /// Documents that differ in little, as items of a collection do.
  private static func document(_ number: Int) -> [UInt8] {
    let assets = (0..<12).map { band in
      #""B\#(band)":{"href":"https://example.org/scenes/\#(number)/B\#(band).tif","type":"image/tiff","roles":["data"]}"#
    }
    let text = #"{"type":"Feature","id":"scene-\#(number)","assets":{\#(assets.joined(separator: ","))},"links":[]}"#
    return Array(text.utf8)
  }

  @Test("come back byte for byte, with a dictionary and without", arguments: [0, 1, 2, 100, 10_000, 1_000_000])
  func roundTrip(size: Int) throws {
    let document = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 3) }
    let dictionary = try #require(try PackingDictionary(of: [Self.document(1)]))
    for dictionary in [dictionary, nil] {
      let packed = try DocumentPacker.pack(document, against: dictionary)
      #expect(try DocumentPacker.unpack(packed, against: dictionary) == document)
    }
  }

  @Test("are a tenth of their size against one of their kind")
  func ratio() throws {
    let dictionary = try #require(try PackingDictionary(of: [Self.document(1)]))
    let document = Self.document(123_456)
    let packed = try DocumentPacker.pack(document, against: dictionary)
    #expect(packed.count * 10 < document.count)
    #expect(packed.count < (try DocumentPacker.pack(document, against: nil)).count)
  }

  @Test("are read with a fraction of the memory that packing takes")
  func memory() throws {
    let dictionary = try #require(try PackingDictionary(of: (0..<8).map(Self.document)))
    let packed = try DocumentPacker.pack(Self.document(9), against: dictionary)
    let reader = try PackingDictionary(dictionary.content)
    _ = try DocumentPacker.unpack(packed, against: reader)
    #expect(reader.memorySize * 3 < dictionary.memorySize)
  }

  @Test("are refused where the dictionary is another one")
  func otherDictionary() throws {
    let one = try #require(try PackingDictionary(of: [Self.document(1)]))
    let other = try #require(try PackingDictionary(of: [Self.document(1).reversed()]))
    let packed = try DocumentPacker.pack(Self.document(3), against: one)
    #expect(throws: PackingError.self) { try DocumentPacker.unpack(packed, against: other) }
    #expect(throws: PackingError.self) { try DocumentPacker.unpack(packed, against: nil) }
  }

  @Test("are refused where a byte has changed, or they were cut")
  func damaged() throws {
    let dictionary = try #require(try PackingDictionary(of: [Self.document(1)]))
    let document = Self.document(7)
    let packed = try DocumentPacker.pack(document, against: dictionary)
    for index in packed.indices {
      var damaged = packed
      damaged[index] ^= 0x10
      let unpacked = try? DocumentPacker.unpack(damaged, against: dictionary)
      #expect(unpacked == nil || unpacked == document)
    }
    for count in 0..<packed.count {
      #expect(throws: PackingError.self) { try DocumentPacker.unpack(Array(packed.prefix(count)), against: dictionary) }
    }
  }

  @Test("are unpacked one after the other against different dictionaries, also after one that cannot be")
  func oneAfterTheOther() throws {
    let one = try #require(try PackingDictionary(of: [Self.document(1)]))
    let other = try #require(try PackingDictionary(of: [Self.document(1).reversed()]))
    var unpacker = try DocumentUnpacker()
    for (number, dictionary) in [(1, one), (2, other), (3, nil), (40, nil), (5, one), (6, one)] {
      let document = Self.document(number)
      let packed = try DocumentPacker.pack(document, against: dictionary)
      #expect(try DocumentUnpacker.size(ofDocumentIn: packed.span.bytes) == document.count)
      try unpacker.unpack(packed.span.bytes, against: dictionary)
      #expect(unpacker.withDocument { $0.withUnsafeBytes { Array($0) } } == document)
      #expect(throws: PackingError.self) { try DocumentPacker.unpack(Array(packed.dropLast()), against: dictionary) }
      let wasRefused: Bool
      do throws(PackingError) {
        try unpacker.unpack(Array(packed.dropLast()).span.bytes, against: dictionary)
        wasRefused = false
      } catch {
        wasRefused = true
      }
      #expect(wasRefused && unpacker.withDocument { $0.byteCount } == 0)
    }
  }

  @Test("that claim to be enormous are refused before memory is taken for them")
  func enormous() throws {
    // A frame header (RFC 8878 section 3.1.1.1) with a content size of eight bytes: 2^56.
    let frame: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD, 0xE0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0]
    #expect(throws: PackingError.tooLarge(1 << 56)) { try DocumentPacker.unpack(frame, against: nil) }
  }

  @Test("of many tasks at once do not mix")
  func concurrent() async throws {
    let dictionary = try #require(try PackingDictionary(of: [Self.document(1)]))
    try await withThrowingTaskGroup(of: Void.self) { group in
      for task in 0..<32 {
        group.addTask {
          for number in 0..<50 {
            let against = (task + number).isMultiple(of: 3) ? nil : dictionary
            let document = Self.document(task * 100 + number)
            let packed = try DocumentPacker.pack(document, against: against)
            #expect(try DocumentPacker.unpack(packed, against: against) == document)
          }
        }
      }
      try await group.waitForAll()
    }
  }

  @Test("make a dictionary of as many as fit, at least of a part of the first")
  func dictionaryOfDocuments() throws {
    #expect(try PackingDictionary(of: []) == nil)
    let large = [UInt8](repeating: 1, count: 100_000)
    #expect(try PackingDictionary(of: [large])?.content.count == PackingDictionary.mostBytes)
    let small = [UInt8](repeating: 2, count: 30_000)
    #expect(try PackingDictionary(of: [small, small, small])?.content.count == 60_000)
  }
}
