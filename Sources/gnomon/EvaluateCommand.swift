import ArgumentParser
import Foundation
import Inference
import TreeEnsembles

/// `gnomon evaluate`: what a model file gives for rows of features.
struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Print what a model file gives for rows of features.",
    discussion: """
      MODEL is a file of XGBoost (JSON or UBJSON, saved by 1.0 to 3.x) or of LightGBM (text). FEATURES is a CSV file of \
      one row a line, or - for standard input: the model's features in its order, empty or nan where a value is missing. \
      A first line that is not of numbers names the columns, and is compared with the names in the model file.

      Prints one line for each row, the numbers separated by commas: with --output margins the sums of the trees, with \
      outputs (the default) what the objective makes of them, probabilities as a rule, with classes the number of the \
      class that wins. Of binary:logitraw and multi:softmax the outputs are probabilities too, as maps need them, where \
      XGBoost's predict() gives margins and labels. Numbers are written so that they are read back exactly.

      Columns 'expected:NAME' behind the features, as in a golden vector, hold the outputs another program gives: they \
      are compared (within 1e-6, relative beyond 1), and where one differs the command says which and ends with status 1.

      EXAMPLES
        gnomon evaluate model.ubj features.csv
        gnomon evaluate model.json golden.test-vector.csv --quiet && echo "this machine predicts what training did"
        gnomon evaluate model.txt features.csv --output classes --instruction-set portable
      """)

  enum Output: String, ExpressibleByArgument, CaseIterable {
    case margins
    case outputs
    case classes
  }

  enum Engine: String, ExpressibleByArgument, CaseIterable {
    case evaluator
    case libxgboost
  }

  @Argument(help: "The model file.", completion: .file())
  var model: String

  @Argument(help: "A CSV file of features; - is standard input.", completion: .file())
  var features: String

  @Option(help: "What to print.")
  var output: Output = .outputs

  @Option(
    help:
      "The instructions to use; all give the same numbers. By default the fastest the processor has."
  )
  var instructionSet: InstructionSetOption?

  @Option(help: "Gnomon's own evaluator, or libxgboost as a second opinion on XGBoost's files.")
  var engine: Engine = .evaluator

  @Flag(help: "Print no numbers, only compare them with the expected ones.")
  var quiet = false

  func run() throws {
    do throws(ModelFileError) {
      let table = try FeatureTable(csv: bytes(features))
      let subject = try subject(bytes(model))
      try table.checkNames(subject.classifier)
      if !quiet { Self.write(try subject.numbers(table, output), columns: subject.columns(output)) }
      guard let vector = table.testVector else { return }
      let difference = try vector.verify(subject.classifier)
      Progress.write("\(vector.rows) rows are as expected; the largest difference is \(difference).\n")
    } catch {
      throw CommandFailure(error.message)
    }
  }

  private func bytes(_ path: String) throws(ModelFileError) -> [UInt8] {
    do {
      if path == "-" { return [UInt8](try FileHandle.standardInput.readToEnd() ?? Data()) }
      return [UInt8](try Data(contentsOf: URL(filePath: path)))
    } catch {
      throw ModelFileError(.format, "\(path) cannot be read: \(error.localizedDescription)")
    }
  }

  private func subject(_ bytes: [UInt8]) throws(ModelFileError) -> EvaluatedModel {
    switch engine {
    case .evaluator:
      .own(try EnsembleEvaluator(EnsembleModel(bytes: bytes), instructionSet: instructionSet?.instructionSet))
    case .libxgboost: .library(try XGBoostClassifier(bytes: bytes))
    }
  }

  private static func write(_ numbers: [String], columns: Int) {
    for start in stride(from: 0, to: numbers.count, by: columns) {
      print(numbers[start..<min(start + columns, numbers.count)].joined(separator: ","))
    }
  }
}

/// A model in one of the two engines.
private enum EvaluatedModel {
  case own(EnsembleEvaluator)
  case library(XGBoostClassifier)

  var classifier: any Classifier {
    switch self {
    case .own(let evaluator): evaluator
    case .library(let classifier): classifier
    }
  }

  func columns(_ output: EvaluateCommand.Output) -> Int { output == .classes ? 1 : classifier.outputCount }

  /// The numbers of all rows, written so that they are read back exactly.
  func numbers(_ table: FeatureTable, _ output: EvaluateCommand.Output) throws(ModelFileError) -> [String] {
    switch (output, self) {
    case (.margins, .own(let evaluator)):
      let margins = try evaluator.margins(table.features, rows: table.rows)
      return evaluator.facts.library == "LightGBM" ? margins.map { "\($0)" } : margins.map { "\(Float($0))" }
    case (.margins, .library(let classifier)):
      return try classifier.margins(table.features, rows: table.rows).map { "\($0)" }
    case (.outputs, _): return try classifier.predict(table.features, rows: table.rows).map { "\($0)" }
    case (.classes, .own(let evaluator)):
      return try evaluator.classes(table.features, rows: table.rows).map { "\($0)" }
    case (.classes, .library(let classifier)):
      return try classifier.winners(table.features, rows: table.rows).map { "\($0)" }
    }
  }
}
