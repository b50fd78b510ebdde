namespace Retrieval.Benchmarks;

/// <summary>A benchmark's parameter that knows how much there is to compute.</summary>
public interface IWork
{
    /// <summary>Floating-point operations, a multiplication and an addition being two.</summary>
    double FlopCount { get; }
}
