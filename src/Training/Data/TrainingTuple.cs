namespace Retrieval.Training.Data;

/// <summary>A query, its positive and its negatives, as image numbers.</summary>
public sealed record TrainingTuple(int Query, int Positive, IReadOnlyList<int> Negatives)
{
    /// <summary>All images in the order of the loss: query, positive, negatives.</summary>
    public IEnumerable<int> Images => Negatives.Prepend(Positive).Prepend(Query);
}
