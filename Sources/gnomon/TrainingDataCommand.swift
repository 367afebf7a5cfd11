import ArgumentParser
import Foundation
import Lineage
import StacModel
import YAMLValues

/// `gnomon training-data`: links to data that DVC keeps, for a model's item.
struct TrainingDataCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "training-data",
    abstract: "Print the links that a model's item needs to its training data in DVC.",
    discussion: """
      Reads *.dvc files and dvc.lock, and prints one link with rel derived_from for each file or folder that they track, \
      with its path, MD5 and size, and the repository and commit where you name them. Of a dvc.lock it is what the stage \
      train reads, but for programs and settings. An MLproject file is printed as what the lineage shows of it.

      EXAMPLES
        gnomon training-data data/train.dvc --repository https://example.org/crops.git --commit $(git rev-parse HEAD)
        gnomon training-data dvc.lock --href https://example.org/crops/raw/main/dvc.lock
        gnomon training-data dvc.lock --stage fit
        gnomon training-data MLproject
      """)

  @Argument(help: ArgumentHelp("A *.dvc file, a dvc.lock, or an MLproject.", valueName: "file"))
  var file: String

  @Option(help: ArgumentHelp("Where the Git repository is cloned from.", valueName: "url"))
  var repository: String?

  @Option(help: ArgumentHelp("The commit that the model was trained from.", valueName: "hash"))
  var commit: String?

  @Option(help: ArgumentHelp("Where the file lies in the repository, if not where it was named.", valueName: "path"))
  var path: String?

  @Option(help: ArgumentHelp("Where the file can be read later; its own path if not said.", valueName: "url"))
  var href: String?

  @Option(help: ArgumentHelp("The stage of a dvc.lock that trained the model, if not train.", valueName: "name"))
  var stage: String?

  func run() throws {
    if let commit, ![40, 64].contains(commit.utf8.count) || !commit.allSatisfy(\.isHexDigit) {
      throw CommandFailure("--commit needs the whole hash, 40 or 64 hexadecimal digits: git rev-parse HEAD prints it")
    }
    guard let handle = FileHandle(forReadingAtPath: file) else { throw CommandFailure("\(file) cannot be read") }
    let bytes = Array(try handle.read(upToCount: YAMLLimits().bytes + 1) ?? Data())
    print(try text(bytes))
  }

  private func text(_ bytes: [UInt8]) throws -> String {
    do throws(TrainingDataError) {
      if file.hasSuffix("MLproject") { return JSONSerializer.text(.object(try MLProject(bytes).json)) }
      let links = try TrainingDataLink.links(
        to: try DVCFile(bytes), href: href ?? file, repository: repository, commit: commit,
        file: path ?? (file.hasPrefix("/") ? nil : file), stage: stage)
      return "[" + links.map { "\n  " + JSONSerializer.text(.object($0.json)) }.joined(separator: ",") + "\n]"
    } catch {
      throw CommandFailure("\(file): \(error.description)")
    }
  }
}
