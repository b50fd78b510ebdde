using Retrieval.Cli.Output;
using Retrieval.Imaging.Loading;

namespace Retrieval.Cli.Jobs;

/// <summary>Tells which images could not be read.</summary>
internal static class Unreadable
{
    private const int LineLimit = 20;

    /// <summary>One line for each, and one that counts those beyond the first few.</summary>
    public static void List(IReadOnlyList<ImageFailure> failures, IProgressReporter progress)
    {
        if (failures.Count == 0)
            return;
        progress.Note($"{failures.Count} images could not be read and were left out:");
        foreach (var failure in failures.Take(LineLimit))
            progress.Note($"  {failure.Reason}");
        if (failures.Count > LineLimit)
            progress.Note($"  and {failures.Count - LineLimit} more");
    }
}
