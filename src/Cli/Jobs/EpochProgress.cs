using Retrieval.Cli.Output;
using Retrieval.Training;

namespace Retrieval.Cli.Jobs;

/// <summary>Shows an epoch's stages, mining and then training, as one piece of work each.</summary>
internal sealed class EpochProgress(IProgressReporter reporter) : IProgress<TrainingProgress>, IDisposable
{
    private string _stage = "";
    private IProgressTask? _task;

    public void Report(TrainingProgress value)
    {
        if (value.Stage != _stage)
        {
            _task?.Dispose();
            _stage = value.Stage;
            _task = reporter.Begin($"epoch {value.Epoch}: {value.Stage}", value.Total, value.Stage == "mining" ? "images" : "tuples");
        }
        _task!.Report(value.Done);
    }

    public void Dispose() => _task?.Dispose();
}
