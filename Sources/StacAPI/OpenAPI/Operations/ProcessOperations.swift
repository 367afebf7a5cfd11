import StacModel

extension APIOperation {
  static let processOperations: [APIOperation] = [
    .init(
      path: "/processes", method: .get, id: "getProcesses", tag: .processes, summary: "Models that can be run",
      parameters: ["limit"], answers: [.ok("processes", "The models as processes")], needs: .database),
    .init(
      path: "/processes/{processId}", method: .get, id: "getProcess", tag: .processes,
      summary: "What a model takes and gives", parameters: ["processId"],
      answers: [.ok("process", "The model as a process")], needs: [.database, .existing]),
    .init(
      path: "/processes/{processId}/execution", method: .post, id: "execute", tag: .processes, summary: "Runs a model",
      description: "Answers when the prediction is done, with its item; `response: document` wraps the item.",
      parameters: ["processId"],
      body: APIBody(schema: "execute", description: "The items to read and how", example: "execute"),
      answers: [
        APIAnswer(
          status: 200, description: "The prediction's item",
          contents: [.init(type: .geoJSON, schema: "item"), .init(type: .json, schema: "prediction")],
          headers: ["Content-Location"])
      ],
      needs: [.database, .existing, .permission], refusals: [422]),
  ]
}
