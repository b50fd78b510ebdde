/// <summary>A step that failed and has printed its output; the message is the one line that names it.</summary>
internal sealed class StepFailedException(string message) : Exception(message);
