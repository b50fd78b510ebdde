using System.Globalization;
using Retrieval.Cli.Output;
using Retrieval.Evaluation;
using Retrieval.Models;
using Retrieval.Training;
using Retrieval.Training.Extraction;

namespace Retrieval.Cli.Jobs;

/// <summary>The epochs of a training run: each is told when it ends and kept in the checkpoint; all of them make the table at the end.</summary>
/// <param name="session">The user's values and printers.</param>
/// <param name="trainer">The run, new or resumed.</param>
/// <param name="model">What it trains.</param>
/// <param name="checkpoint">The checkpoint's file.</param>
/// <param name="validation">What is evaluated, or null.</param>
/// <param name="extraction">How its images are described.</param>
internal sealed class TrainingRun(Session session, Trainer trainer, RetrievalModel model, string checkpoint, Benchmark? validation, ExtractionOptions extraction)
{
    /// <summary>Number of the line of the figures before any training.</summary>
    private const int Untrained = -1;

    private readonly Dictionary<int, double> _maps = [];
    private readonly HashSet<string> _listed = new(StringComparer.Ordinal);

    /// <summary>Trains until so many epochs are done, and prints the table of all.</summary>
    /// <exception cref="UsersMistakeException">The learning rate was too high, or the pool gives too few negatives.</exception>
    public void Run(int epochs, int evaluationEvery)
    {
        // Before the first epoch, so that images which cannot be read are found now and not after hours.
        if (trainer.History.Count < epochs)
            Evaluate(trainer.History.Count - 1);
        while (trainer.History.Count < epochs)
        {
            var report = Epoch();
            Checkpoint.Save(trainer, checkpoint);
            if ((report.Epoch + 1) % evaluationEvery == 0 || report.Epoch + 1 == epochs)
                Evaluate(report.Epoch);
            session.Progress.Note(Line(report));
            Unreadable.List([.. trainer.Unreadable.Where(failure => _listed.Add(failure.Path))], session.Progress);
        }
        session.Figures.Print(Table());
    }

    private EpochReport Epoch()
    {
        using var progress = new EpochProgress(session.Progress, trainer.ItemUnit);
        try
        {
            return Session.Checked(() => trainer.RunEpoch(progress, session.Cancellation));
        }
        catch (TrainingDivergedException diverged)
        {
            throw new UsersMistakeException(diverged.Message + " (--rate)", diverged);
        }
    }

    private void Evaluate(int epoch)
    {
        if (validation is null)
            return;
        using var progress = session.Progress.Begin("evaluate", validation.Images.Count, "images");
        using var extractor = new DescriptorExtractor(model, extraction);
        var descriptors = extractor.ExtractAll(validation.Images, [.. Enumerable.Range(0, validation.Images.Count)], progress, session.Cancellation);
        var figures = BenchmarkScorer.Score(model.Device, validation, descriptors, new Protocol(validation.ProtocolName, validation.Name));
        _maps[epoch] = 100 * figures[figures.Count / 2].MeanAveragePrecision;
    }

    private string Line(EpochReport report)
    {
        var line = string.Create(CultureInfo.InvariantCulture, $"epoch {report.Epoch}: loss {report.Loss:0.0000}, ");
        if (report.MeanPositiveDistance is { } positive && report.MeanNegativeDistance is { } negative)
            line += string.Create(CultureInfo.InvariantCulture, $"d(q,p) {positive:0.000}, d(q,n) {negative:0.000}, ");
        line += string.Create(CultureInfo.InvariantCulture, $"{report.Items} {trainer.ItemUnit}, {report.MiningSeconds + report.TrainingSeconds:0.0} s");
        if (_maps.TryGetValue(report.Epoch, out var map))
            line += string.Create(CultureInfo.InvariantCulture, $", mAP {map:0.00} %");
        return report.SkippedItems > 0 ? $"{line}, {report.SkippedItems} {trainer.ItemUnit} left out" : line;
    }

    private FigureTable Table()
    {
        var table = new FigureTable("epoch", "", new("epoch", "epoch"), new("loss", "loss", "0.0000"), new("positiveDistance", "d(q,p)", "0.000"),
            new("negativeDistance", "d(q,n)", "0.000"), new("rate", "rate", "0.0e0"), new("items", trainer.ItemUnit), new("unreadable", "unreadable"),
            new("seconds", "seconds", "0.0"), new("map", "mAP [%]", "0.00"));
        if (_maps.TryGetValue(Untrained, out var untrained))
            table.Add(Untrained, null, null, null, null, null, null, null, untrained);
        foreach (var report in trainer.History)
            table.Add(report.Epoch, report.Loss, report.MeanPositiveDistance, report.MeanNegativeDistance, report.Rate, report.Items, report.UnreadableImages,
                report.MiningSeconds + report.TrainingSeconds, _maps.TryGetValue(report.Epoch, out var map) ? map : null);
        return table;
    }
}
