namespace Retrieval.Evaluation.Reidentification;

/// <summary>Gallery images whose mean replaces them.</summary>
/// <param name="Identity">Identity of all of them.</param>
/// <param name="Members">Their gallery indices, ascending, at least one.</param>
/// <param name="Cameras">The cameras that saw them, ascending; empty when the protocol has no camera rule.</param>
public sealed record CentroidGroup(int Identity, IReadOnlyList<int> Members, IReadOnlyList<int> Cameras);
