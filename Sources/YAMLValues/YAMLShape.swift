internal import CYaml

/// What the events of a YAML text tell of its shape, before values are made of it: how deep it is, how much it holds, and
/// whether it repeats itself by aliases.
///
/// The events come from the library that parses the text for good, one after the other and without recursion, so that a `*` in
/// a plain, quoted or block scalar is part of that scalar, as YAML has it.
enum YAMLShape {
  /// Why a text is not read.
  enum Fault: Error {
    /// The place of an alias, counted from 1.
    case alias(line: Int)
    case tooDeep(line: Int)
    case tooMany
  }

  /// Refuses what would make a parser recurse or copy without end.
  ///
  /// A text that is no YAML passes as far as it can be read; whoever parses it tells what is wrong.
  ///
  /// - Parameters:
  ///   - depth: the most lists and mappings within one another.
  ///   - values: the most scalars, lists and mappings.
  static func check(_ bytes: [UInt8], depth: Int, values: Int) throws(Fault) {
    var parser = unsafe yaml_parser_t()
    guard unsafe yaml_parser_initialize(&parser) == 1 else { throw .tooMany }
    defer { unsafe yaml_parser_delete(&parser) }
    var outcome: Result<Void, Fault> = .success(())
    // The parser reads from the buffer within the closure alone, and is not asked afterwards.
    unsafe bytes.withUnsafeBufferPointer { buffer in
      unsafe yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING)
      unsafe yaml_parser_set_input_string(&parser, buffer.baseAddress, buffer.count)
      do throws(Fault) {
        unsafe try readAll(&parser, depth, values)
      } catch {
        outcome = .failure(error)
      }
    }
    try outcome.get()
  }

  private static func readAll(
    _ parser: UnsafeMutablePointer<yaml_parser_t>, _ most: Int, _ values: Int
  ) throws(Fault) {
    var depth = 0
    var count = 0
    while let (kind, line) = unsafe next(parser), kind != YAML_STREAM_END_EVENT {
      switch kind {
      case YAML_ALIAS_EVENT: throw .alias(line: line)
      case YAML_SEQUENCE_START_EVENT, YAML_MAPPING_START_EVENT:
        depth += 1
        count += 1
      case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: depth -= 1
      case YAML_SCALAR_EVENT: count += 1
      default: break
      }
      guard depth <= most else { throw .tooDeep(line: line) }
      guard count <= values else { throw .tooMany }
    }
  }

  /// The next event and its line, nil where the text is no YAML from here on.
  private static func next(_ parser: UnsafeMutablePointer<yaml_parser_t>) -> (yaml_event_type_t, line: Int)? {
    var event = unsafe yaml_event_t()
    guard unsafe yaml_parser_parse(parser, &event) == 1 else { return nil }
    defer { unsafe yaml_event_delete(&event) }
    return unsafe (event.type, Int(event.start_mark.line) + 1)
  }
}
