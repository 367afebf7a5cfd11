/// Who writes, for what is kept of models: by whom they came.
public enum Writer {
  /// The name of the key, or of the machine's user, that the running task writes for; nil where nobody has said.
  @TaskLocal public static var current: String?
}
