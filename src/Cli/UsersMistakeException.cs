namespace Retrieval.Cli;

/// <summary>Something that the user can put right. The message is the one line that is printed: what was expected, what came, what to do.</summary>
internal sealed class UsersMistakeException(string message, Exception? inner = null) : Exception(message, inner);
