import Lineage
import StacModel
import Testing

@Suite struct TrainingDataTests {
  private static func dvc(_ text: String) throws(TrainingDataError) -> DVCFile { try DVCFile(Array(text.utf8)) }

  @Test func `A file of dvc add names one output with its checksum, size and remote`() throws {
    let file = try Self.dvc(
      """
      outs:
      - md5: a304afb96060aad90176268345e10355.dir
        size: 1048576
        nfiles: 12
        hash: md5
        path: tiles
        remote: archive
      wdir: data
      """)
    let entry = try #require(file.outputs.first)
    #expect(file.outputs.count == 1)
    #expect(entry.path == "data/tiles" && entry.isFolder && entry.size == 1_048_576 && entry.fileCount == 12)
    #expect(entry.md5 == "a304afb96060aad90176268345e10355.dir" && entry.remote == "archive")
  }

  @Test func `The lock file of a pipeline names outputs and dependencies by stage`() throws {
    let file = try Self.dvc(
      """
      schema: '2.0'
      stages:
        train:
          cmd: python train.py --out model.ubj && echo "[done]"
          deps:
          - path: data/train.csv
            hash: md5
            md5: 22a1a2931c8370d3aeedd7183606fd7f
            size: 14445097
          outs:
          - path: model.ubj
            md5: 00000000000000000000000000000012
            size: 99
      """)
    #expect(file.outputs.map(\.path) == ["model.ubj"] && file.dependencies.map(\.path) == ["data/train.csv"])
    #expect(file.outputs.first?.stage == "train")
    // A checksum of digits alone is no number.
    #expect(file.outputs.first?.md5 == "00000000000000000000000000000012")
  }

  @Test(arguments: ["no", "off", "Y", "on"])
  func `Words that YAML 1 point 1 took for truth values are names`(name: String) throws {
    let file = try Self.dvc("outs:\n- {md5: 22a1a2931c8370d3aeedd7183606fd7f, path: \(name)}\n")
    #expect(file.outputs.map(\.path) == [name])
  }

  @Test func `An import notes where the data came from`() throws {
    let file = try Self.dvc(
      """
      deps:
      - path: use-cases/cats
        repo:
          url: https://example.org/datasets.git
          rev_lock: 0547f5883fb18e523e35578e2f0d19648c8f2d5c
      outs:
      - {md5: 22a1a2931c8370d3aeedd7183606fd7f, path: cats}
      """)
    #expect(
      file.dependencies.first?.origin == "https://example.org/datasets.git@0547f5883fb18e523e35578e2f0d19648c8f2d5c")
  }

  @Test(arguments: [
    "", "- 1", "outs: 3", "outs: []", "outs:\n- md5: xyz\n  path: a", "outs:\n- md5: 1", "stages: {a: 1}", "outs: [",
    "\u{0}", "a: b: c",
  ])
  func `What DVC does not write is refused in words`(_ text: String) {
    let error = #expect(throws: TrainingDataError.self) { try Self.dvc(text) }
    #expect(error?.description.isEmpty == false)
  }

  @Test func `The lock of a pipeline with stars in its commands is read`() throws {
    let file = try Self.dvc(
      """
      schema: '2.0'
      stages:
        prepare:
          cmd: python prepare.py --glob *data/*.tif
          deps:
          - path: prepare.py
            md5: 22a1a2931c8370d3aeedd7183606fd7f
            size: 10
          outs:
          - path: train.csv
            hash: md5
            md5: 0547f5883fb18e523e35578e2f0d1964
            size: 20
      """)
    #expect(file.outputs.map(\.path) == ["train.csv"] && file.dependencies.map(\.path) == ["prepare.py"])
  }

  @Test func `An MLproject tells its image and how it is started`() throws {
    let text = """
      name: crops
      docker_env:
        image: registry.example.org/crops:1.2
      entry_points:
        main:
          parameters:
            data_file: path
            regularization: {type: float, default: 0.1}
          command: "python train.py -r {regularization} {data_file}"
        validate:
          command: "python validate.py"
      """
    let project = try MLProject(Array(text.utf8))
    #expect(project.name == "crops" && project.image == "registry.example.org/crops:1.2")
    #expect(project.entryPoints.map(\.name) == ["main", "validate"])
    let main = try #require(project.entryPoints.first)
    #expect(main.parameters.map(\.type) == ["path", "float"] && main.parameters[1].defaultValue == "0.1")
    #expect(main.command == "python train.py -r {regularization} {data_file}")
    #expect(throws: TrainingDataError.self) { try MLProject(Array("a: 1".utf8)) }
  }

  @Test func `Links to data say where it lies in the repository, and are read back`() throws {
    let file = try Self.dvc("outs:\n- {md5: 22a1a2931c8370d3aeedd7183606fd7f, size: 5, path: train.csv}")
    let links = try TrainingDataLink.links(
      to: file, href: "https://example.org/train.csv.dvc", repository: "https://example.org/r.git",
      commit: "0547f5883fb18e523e35578e2f0d19648c8f2d5c", file: "data/train.csv.dvc")
    let link = try #require(links.first)
    let read = try #require(TrainingDataLink(link))
    #expect(link.rel == "derived_from" && link.type == "application/yaml")
    #expect(read.path == "data/train.csv" && read.file == "data/train.csv.dvc" && read.size == 5)
    #expect(read.repository == "https://example.org/r.git" && read.md5 == "22a1a2931c8370d3aeedd7183606fd7f")
    #expect(TrainingDataLink(Link(rel: .derivedFrom, href: "../../a/items/b")) == nil)
  }

  @Test func `Of a pipeline the training data are what the stage reads that trained`() throws {
    let sum = "22a1a2931c8370d3aeedd7183606fd7f"
    let file = try Self.dvc(
      """
      schema: '2.0'
      stages:
        prepare:
          deps: [{path: raw.csv, md5: \(sum)}]
          outs: [{path: data/features.csv, md5: \(sum), size: 7}]
        train:
          deps:
          - {path: data/features.csv, md5: \(sum), size: 7}
          - {path: train.py, md5: \(sum)}
          - {path: params.yaml, md5: \(sum)}
          outs: [{path: model.ubj, md5: \(sum)}]
      """)
    func paths(_ stage: String? = nil) throws -> [String?] {
      try TrainingDataLink.links(
        to: file, href: "dvc.lock", repository: nil, commit: nil, file: "crops/dvc.lock", stage: stage
      ).map { TrainingDataLink($0)?.path }
    }
    #expect(try paths() == ["crops/data/features.csv"])
    #expect(try paths("prepare") == ["crops/raw.csv"])
    #expect(throws: TrainingDataError.self) { try paths("fit") }
  }

  @Test func `A link is compared with the file of DVC that it leads to`() throws {
    let sum = "22a1a2931c8370d3aeedd7183606fd7f"
    let file = try Self.dvc(
      "outs:\n- {md5: \(sum), size: 5, path: train.csv}\n- {md5: \(sum).dir, size: 9, nfiles: 2, path: tiles}\nwdir: ../raw"
    )
    func members(_ members: JSONObject) throws -> [String] {
      var link = Link(rel: .derivedFrom, href: "data/train.csv.dvc")
      for member in members.members { link.json[member.name] = member.value }
      return try #require(TrainingDataLink(link)).differences(from: file).map(\.member)
    }
    let place: JSONValue = "data/train.csv.dvc"
    #expect(try members([:]).isEmpty)
    #expect(try members(["dvc:path": "raw/train.csv", "git:path": place, "dvc:md5": .string(sum)]).isEmpty)
    #expect(try members(["dvc:path": "train.csv", "dvc:size": 5]).isEmpty)
    #expect(try members(["dvc:md5": .string(sum + ".dir"), "dvc:nfiles": 2]).isEmpty)
    #expect(try members(["dvc:path": "data/train.csv", "git:path": place]) == ["dvc:path"])
    #expect(try members(["dvc:path": "raw/test.csv"]) == ["dvc:path"])
    #expect(
      try members(["dvc:path": "raw/train.csv", "dvc:md5": .string(sum.replacing("2", with: "3"))]) == ["dvc:md5"])
    #expect(try members(["dvc:path": "raw/tiles", "dvc:size": 8, "dvc:nfiles": 3]) == ["dvc:size", "dvc:nfiles"])
  }

  @Test(
    arguments: [
      ("git:commit", "zz", false), ("git:commit", "abcdef", false), ("git:commit", "abcdef0", true),
      ("git:commit", .string(String(repeating: "aB", count: 20)), true),
      ("git:commit", .string(String(repeating: "a", count: 41)), false),
      ("git:commit", .string(String(repeating: "a", count: 64)), true), ("git:commit", 7, false),
      ("git:commit", "", false), ("git:repository", "", false), ("git:repository", " ", false),
      ("git:repository", .null, false), ("git:repository", "git@example.org:crops.git", true),
    ] as [(String, JSONValue, Bool)]) func `Members of Git that name nothing are told`(
      member: String, value: JSONValue, isRight: Bool
    )
  {
    var link = Link(rel: .derivedFrom, href: "data/train.csv.dvc")
    #expect(TrainingDataLink.malformed(in: link).isEmpty)
    link.json[member] = value
    #expect(TrainingDataLink.malformed(in: link).map(\.member) == (isRight ? [] : [member]))
  }
}
