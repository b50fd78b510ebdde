namespace Retrieval.Training.Sampling;

/// <summary>How the rows of a source's batches belong together.</summary>
/// <param name="GroupSize">Rows of a group: a tuple, the images of an identity, one image.</param>
/// <param name="LeastReal">A group with fewer readable images is left out; in others rows without an image fill the batch.</param>
/// <param name="GroupsPerBatch">Groups of a full batch.</param>
/// <param name="Unit">What a group is called, in the plural.</param>
/// <param name="GroupsStandAlone">Whether a group's loss depends on its own rows alone and losses add up, so that with frozen statistics groups can pass one by one.</param>
public sealed record BatchLayout(int GroupSize, int LeastReal, int GroupsPerBatch, string Unit, bool GroupsStandAlone = false)
{
    /// <summary>Rows of a full batch.</summary>
    public int RowCount => GroupSize * GroupsPerBatch;
}
