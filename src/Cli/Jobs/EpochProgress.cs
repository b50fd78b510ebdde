using Retrieval.Cli.Output;
using Retrieval.Training;

namespace Retrieval.Cli.Jobs;

/// <summary>Shows an epoch's stages, describing images to choose by and then training, as one piece of work each.</summary>
/// <param name="reporter">Where to.</param>
/// <param name="itemUnit">What is trained on: tuples, identities, images.</param>
internal sealed class EpochProgress(IProgressReporter reporter, string itemUnit) : IProgress<TrainingProgress>, IDisposable
{
    private string _stage = "";
    private IProgressTask? _task;

    public void Report(TrainingProgress value)
    {
        if (value.Stage != _stage)
        {
            _task?.Dispose();
            _stage = value.Stage;
            _task = reporter.Begin($"epoch {value.Epoch}: {value.Stage}", value.Total, value.Stage == "training" ? itemUnit : "images");
        }
        _task!.Report(value.Done);
    }

    public void Dispose() => _task?.Dispose();
}
