using System.Globalization;
using Retrieval.Cli.Output;
using Retrieval.Evaluation;
using Retrieval.Models;
using Retrieval.Models.WeightFiles;
using Retrieval.Training;
using Retrieval.Training.Extraction;

namespace Retrieval.Cli.Jobs;

/// <summary>The epochs of a training run: each is told when it ends and kept in the checkpoint; all of them make the table at the end.</summary>
/// <param name="session">The user's values and printers.</param>
/// <param name="trainer">The run, new or resumed.</param>
/// <param name="model">What it trains.</param>
/// <param name="classes">Names of the classes.</param>
/// <param name="folder">Where the checkpoint and the model go.</param>
/// <param name="validation">What is evaluated, or null.</param>
/// <param name="extraction">How its images are described.</param>
internal sealed class TrainingRun(Session session, Trainer trainer, RetrievalModel model, IReadOnlyList<string> classes, string folder, Benchmark? validation, ExtractionOptions extraction)
{
    /// <summary>Number of the line of the figures before any training.</summary>
    private const int Untrained = -1;

    private readonly string _checkpoint = Path.Combine(folder, "checkpoint.safetensors"), _model = Path.Combine(folder, "model.safetensors");
    private readonly HashSet<string> _listed = new(StringComparer.Ordinal);

    /// <summary>Trains until so many epochs are done, saves the model and prints the table of all.</summary>
    /// <param name="epochs">Epochs.</param>
    /// <param name="evaluationEvery">Epochs between two evaluations.</param>
    /// <param name="patience">Evaluations without a better figure after which training ends; the best model is kept. 0 trains to the end and saves the last.</param>
    /// <exception cref="UsersMistakeException">The learning rate was too high, or the pool gives too few negatives.</exception>
    public void Run(int epochs, int evaluationEvery, int patience)
    {
        bool IsDue(int epoch) => epoch == Untrained || (epoch + 1) % evaluationEvery == 0 || epoch + 1 == epochs;
        // Before the first epoch, so that images which cannot be read are found now and not after hours.
        if (trainer.History.Count < epochs)
            Evaluate(trainer.History.Count - 1, IsDue(trainer.History.Count - 1), patience);
        while (trainer.History.Count < epochs && !HasWaited(patience))
        {
            var report = Epoch();
            Checkpoint.Save(trainer, _checkpoint);
            if (IsDue(report.Epoch))
                Evaluate(report.Epoch, isDue: true, patience);
            session.Progress.Note(Line(report));
            Unreadable.List([.. trainer.Unreadable.Where(failure => _listed.Add(failure.Path))], session.Progress);
        }
        if (patience == 0 || !File.Exists(_model))
            Save();
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

    /// <summary>The figure after an epoch; the checkpoint keeps it where it was due, and the model of the best is saved where training waits for a better one.</summary>
    private void Evaluate(int epoch, bool isDue, int patience)
    {
        if (validation is null)
            return;
        var map = 0.0;
        trainer.WithFinalWeights(() => map = Score(validation));
        if (!isDue)
            return;
        var isBest = trainer.Validations.Where(pair => pair.Key != epoch).All(pair => pair.Value < map);
        trainer.Validations[epoch] = map;
        if (epoch == Untrained)
            return;
        if (patience > 0 && isBest)
            Save();
        Checkpoint.Save(trainer, _checkpoint);
    }

    private double Score(Benchmark benchmark)
    {
        using var progress = session.Progress.Begin("evaluate", benchmark.Images.Count, "images");
        using var extractor = new DescriptorExtractor(model, extraction);
        var descriptors = extractor.ExtractAll(benchmark.Images, [.. Enumerable.Range(0, benchmark.Images.Count)], progress, session.Cancellation);
        var figures = BenchmarkScorer.Score(model.Device, benchmark, descriptors, new Protocol(benchmark.ProtocolName, benchmark.Name));
        return 100 * figures[figures.Count / 2].MeanAveragePrecision;
    }

    private void Save()
    {
        model.Provenance["epochs"] = trainer.History.Count.ToString(CultureInfo.InvariantCulture);
        trainer.WithFinalWeights(() =>
        {
            // Only the file has the classifier: while the network trains, its descriptors are what is evaluated.
            using var classifier = trainer.Classifier(classes);
            model.Classifier = classifier;
            ModelFile.Save(model, _model);
            model.Classifier = null;
        });
    }

    /// <summary>Whether so many evaluations since the best one were no better.</summary>
    private bool HasWaited(int patience) =>
        patience > 0 && trainer.Validations.Count > 0 && trainer.Validations.MaxBy(pair => pair.Value).Key is var best && trainer.Validations.Count(pair => pair.Key > best) >= patience;

    private double? Map(int epoch) => validation is not null && trainer.Validations.TryGetValue(epoch, out var map) ? map : null;

    private string Line(EpochReport report)
    {
        var line = string.Create(CultureInfo.InvariantCulture, $"epoch {report.Epoch}: loss {report.Loss:0.0000}, ");
        if (report.MeanPositiveDistance is { } positive && report.MeanNegativeDistance is { } negative)
            line += string.Create(CultureInfo.InvariantCulture, $"d(q,p) {positive:0.000}, d(q,n) {negative:0.000}, ");
        line += string.Create(CultureInfo.InvariantCulture, $"{report.Items} {trainer.ItemUnit}, {report.MiningSeconds + report.TrainingSeconds:0.0} s");
        if (Map(report.Epoch) is { } map)
            line += string.Create(CultureInfo.InvariantCulture, $", mAP {map:0.00} %");
        return report.SkippedItems > 0 ? $"{line}, {report.SkippedItems} {trainer.ItemUnit} left out" : line;
    }

    private FigureTable Table()
    {
        var table = new FigureTable("epoch", "", new("epoch", "epoch"), new("loss", "loss", "0.0000"), new("positiveDistance", "d(q,p)", "0.000"),
            new("negativeDistance", "d(q,n)", "0.000"), new("rate", "rate", "0.0e0"), new("items", trainer.ItemUnit), new("unreadable", "unreadable"),
            new("seconds", "seconds", "0.0"), new("map", "mAP [%]", "0.00"));
        if (Map(Untrained) is { } untrained)
            table.Add(Untrained, null, null, null, null, null, null, null, untrained);
        foreach (var report in trainer.History)
            table.Add(report.Epoch, report.Loss, report.MeanPositiveDistance, report.MeanNegativeDistance, report.Rate, report.Items, report.UnreadableImages,
                report.MiningSeconds + report.TrainingSeconds, Map(report.Epoch));
        return table;
    }
}
