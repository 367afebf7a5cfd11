/// Where a task's reads may go.
public enum ReadPreference: Sendable {
  /// To a replica that has come far enough, else to the primary.
  case any
  /// To the primary: what is read decides what is written, as a patch that compares and swaps.
  case primary

  /// The preference of the running task.
  @TaskLocal public static var current = ReadPreference.any
}
