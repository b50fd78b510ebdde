namespace Retrieval.Evaluation;

/// <summary>What a database image is to a query.</summary>
public enum Relevance
{
    /// <summary>A wrong answer.</summary>
    Negative,

    /// <summary>A right answer.</summary>
    Positive,

    /// <summary>Neither: taken out of the ranking before ranks are counted.</summary>
    Junk,
}
