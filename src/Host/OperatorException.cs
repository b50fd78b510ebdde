namespace Retrieval.Host;

/// <summary>A bug in the calling code: an operator was given tensors that do not fit together.</summary>
public sealed class OperatorException(string operatorName, string problem) : Exception($"{operatorName}: {problem}")
{
    /// <summary>The operator that refused.</summary>
    public string OperatorName { get; } = operatorName;
}
