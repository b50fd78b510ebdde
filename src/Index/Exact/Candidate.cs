namespace Retrieval.Index.Exact;

/// <summary>A row that may be in the answer. Better sorts first: higher score, then lower id.</summary>
internal readonly record struct Candidate(double Score, long Id, long Row) : IComparable<Candidate>
{
    public int CompareTo(Candidate other)
    {
        var order = other.Score.CompareTo(Score);
        return order != 0 ? order : Id.CompareTo(other.Id);
    }
}
