import StacAPI
import StacStore

/// Why a command could not do its work, in words for the person at the terminal.
struct CommandFailure: Error, CustomStringConvertible {
  let description: String
  /// What the process ends with.
  let status: Int32

  init(_ description: String, status: Int32 = 1) {
    self.description = description
    self.status = status
  }

  /// Calls a body; what it refuses becomes one line.
  static func refusing<Result>(_ body: () async throws -> Result) async throws -> Result {
    do {
      return try await body()
    } catch let error as APIError {
      throw CommandFailure(error.description)
    } catch let error as StoreError {
      throw CommandFailure(error.description)
    }
  }
}
