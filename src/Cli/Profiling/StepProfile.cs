using Retrieval.Imaging;
using Retrieval.Imaging.Augmentation;
using Retrieval.Models;
using Retrieval.Training;
using Retrieval.Training.Sampling;
using Retrieval.Training.Steps;

namespace Retrieval.Cli.Profiling;

/// <summary>Training steps on the same images again and again.</summary>
internal sealed class StepProfile : IProfiledWork
{
    private const double Rate = 1e-6;

    private readonly RetrievalModel _model;
    private readonly BatchTrainer _trainer;
    private readonly AugmentedImage[] _images;
    private readonly BatchRow[] _rows;
    private long _number;

    /// <param name="model">What is trained; taken over once this is made.</param>
    /// <param name="options">How.</param>
    /// <param name="images">Of all batches of a step.</param>
    /// <param name="classes">Classes of the data.</param>
    /// <param name="description">What is done, for the title.</param>
    /// <exception cref="ArgumentException">The losses do not suit the network, or a batch has more classes than the data.</exception>
    public StepProfile(RetrievalModel model, TrainingOptions options, RgbImage[] images, int classes, string description)
    {
        (_model, Description) = (model, description);
        var random = new SeededRandom(options.Seed);
        _images = [.. images.Select(image => options.Augmentation.Apply(image, random))];
        _rows = Rows(options.Sampling, classes);
        _trainer = new BatchTrainer(model.Network, options, classes);
    }

    public string Description { get; }

    public string Unit => "images";

    public int UnitsPerStep => _images.Length;

    public void Step(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        _trainer.Begin();
        for (var first = 0; first < _images.Length; first += _rows.Length)
            _trainer.Add(_images.AsSpan(first, _rows.Length), _rows, _number++);
        _trainer.End(Rate);
    }

    public void Dispose()
    {
        _trainer.Dispose();
        _model.Dispose();
    }

    /// <summary>A batch as sampling gives it: tuples, K rows of each identity, or each image as often as it is repeated.</summary>
    private static BatchRow[] Rows(SamplingOptions sampling, int classes)
    {
        var layout = sampling.Layout;
        var together = sampling is ShuffledSampling shuffled ? shuffled.Repetitions : layout.GroupSize;
        if (sampling is IdentitySampling && layout.GroupsPerBatch > classes)
            throw new ArgumentException($"--classes: expected at least {layout.GroupsPerBatch}, which a batch has, got {classes}");
        return [.. Enumerable.Range(0, layout.RowCount).Select(row =>
        {
            var (group, place) = (row / together, row % together);
            var label = !sampling.GivesTuples ? group % classes : place switch { 0 => -1, 1 => 1, _ => 0 };
            return new BatchRow(sampling is ShuffledSampling ? group : row, row, label, group % classes);
        })];
    }
}
