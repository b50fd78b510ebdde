using System.Runtime.ExceptionServices;

namespace Retrieval.Training.Whitening.LinearAlgebra;

/// <summary>
/// The threads that a computation may use and the buffers in which its products are packed. One computation at a time.
/// How work is divided never depends on the number of threads, so neither do the results.
/// </summary>
/// <param name="threads">At least 1.</param>
/// <param name="cancellation">Stops the computation between two pieces of work.</param>
internal sealed class Workers(int threads, CancellationToken cancellation = default)
{
    private readonly ParallelOptions _options = new() { MaxDegreeOfParallelism = threads, CancellationToken = cancellation };

    public PanelBuffer Left { get; } = new();

    public PanelBuffer Right { get; } = new();

    /// <summary>Runs <paramref name="body"/> for 0 .. count - 1, on this thread alone where there is only one piece.</summary>
    public void For(int count, Action<int> body)
    {
        if (count == 1)
        {
            body(0);
            return;
        }
        try
        {
            Parallel.For(0, count, _options, body);
        }
        catch (AggregateException failures)
        {
            // What the caller is to see is what a piece of work threw, not that threads were in use.
            ExceptionDispatchInfo.Throw(failures.InnerExceptions[0]);
        }
    }
}
