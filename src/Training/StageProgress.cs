namespace Retrieval.Training;

/// <summary>Passes a count on as the progress of one stage of an epoch.</summary>
internal sealed class StageProgress(IProgress<TrainingProgress>? target, string stage, int epoch, int total) : IProgress<int>
{
    public void Report(int value) => target?.Report(new TrainingProgress(stage, epoch, value, total));
}
