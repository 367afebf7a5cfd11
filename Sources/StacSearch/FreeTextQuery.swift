/// What a free-text search asks for: words and phrases, joined.
///
/// Source: STAC API free-text search 1.0.0-rc.1, basic and advanced.
public indirect enum FreeTextQuery: Sendable, Hashable {
  /// Words that stand one behind the other; one word alone is a phrase of one.
  case phrase(String)
  case and([FreeTextQuery])
  case or([FreeTextQuery])
  case not(FreeTextQuery)
}
