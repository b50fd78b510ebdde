namespace Retrieval.Evaluation;

/// <summary>How the area under the precision-recall curve is taken.</summary>
public enum ApIntegration
{
    /// <summary>Trapezoids between successive recall steps: landmarks, copies, Holidays.</summary>
    Trapezoid,

    /// <summary>Precision at each positive: re-identification, class retrieval.</summary>
    Rectangle,
}
