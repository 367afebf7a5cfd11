/// What a reader of a model file has met so far, held against the limits of nesting and of values.
struct ReadingAccount {
  private let depthLimit: Int
  private let valueLimit: Int
  /// What to do about too many values.
  private let advice: String
  private var depth = 0
  private var values = 0

  init(depth: Int, values: Int, advice: String) {
    depthLimit = depth
    valueLimit = values
    self.advice = advice
  }

  /// Notes that an array or an object begins.
  mutating func enter() throws(ModelFileError) {
    depth += 1
    guard depth <= depthLimit else { throw .damaged("The model file is nested deeper than \(depthLimit) levels.") }
  }

  /// Notes that one ends.
  mutating func leave() { depth -= 1 }

  /// Notes values, which are no more than bytes follow in the file.
  mutating func count(_ number: Int = 1) throws(ModelFileError) {
    values += number
    guard values <= valueLimit else {
      throw .tooLarge("The model file holds more than \(valueLimit) values; \(advice).")
    }
  }
}
