namespace Retrieval.Evaluation;

/// <summary>The three variants of the revisited Oxford and Paris protocol.</summary>
public enum Difficulty
{
    /// <summary>Positives easy; hard and junk ignored.</summary>
    Easy,

    /// <summary>Positives easy and hard; junk ignored.</summary>
    Medium,

    /// <summary>Positives hard; easy and junk ignored.</summary>
    Hard,
}
