using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Retrieval.Cli.Jobs;
using Retrieval.Cli.Output;
using Retrieval.Host;
using Retrieval.Models;
using Retrieval.Models.WeightFiles;
using Retrieval.Training.Whitening;

namespace Retrieval.Cli.Commands;

/// <summary>Learns a whitening of a model's descriptors from a set of images, and writes the model with it.</summary>
internal sealed class WhitenCommand : Verb
{
    private readonly Option<string> _model = new("--model") { Description = "The model file; a whitening that it has is replaced", Required = true };
    private readonly Option<string> _data = new("--data") { Description = DataReader.Description + "; for pca any folder of images", Required = true };
    private readonly Option<string> _out = new("--out") { Description = "The model file to write", Required = true };
    private readonly Option<string> _kind = new("--kind") { Description = "lw, learnt from matching pairs, or pca", DefaultValueFactory = _ => "lw" };
    private readonly Option<int> _dimensions = NumberOptions.Create("--dimensions", "Dimensions to keep; 0 for all", 0, least: 0, most: 65536);
    private readonly Option<int> _pairs = NumberOptions.Create("--pairs", "Most matching pairs for lw; of more, so many are drawn from the seed", 20_000, least: 1, most: 10_000_000);
    private readonly Option<string> _rotation = new("--rotation") { Description = "What turns lw's axes: all descriptors, or nonmatching pairs", DefaultValueFactory = _ => "all" };
    private readonly Option<double> _regularisation = NumberOptions.Create("--regularisation", "Share of its mean diagonal that is added to lw's scatter; 0.01 to 0.1 helps when there are few pairs", 0.0, least: 0, most: 1000);
    private readonly ExtractionArguments _extraction = new("224x224");

    public WhitenCommand() : base("whiten", "Learn a whitening and write the model with it")
    {
        _kind.AcceptOnlyFromAmong("lw", "pca");
        _rotation.AcceptOnlyFromAmong("all", "nonmatching");
        foreach (var option in (IEnumerable<Option>)[_model, _data, _out, _kind, _dimensions, _pairs, _rotation, _regularisation, .. _extraction.All])
            Options.Add(option);
    }

    public override int Run(Session session)
    {
        var isLearned = session.Value(_kind) == "lw";
        var sizing = _extraction.Sizing(session);
        var options = _extraction.Options(session) with { Whiten = false };
        var data = isLearned ? DataReader.Classes(session.Value(_data)!) : DataReader.Images(session.Value(_data)!);
        using var device = session.OpenDevice();
        using var model = ModelFile.Load(session.Value(_model)!, device);
        RequireFoldable(session, model);
        MemoryEstimate.Tell(session, device, "lower --batch, --size or --scales", dry => Rehearsal.Extract(dry, model, sizing, options));
        var start = Stopwatch.GetTimestamp();
        var descriptors = LabelledDescriptors.Extract(session, model, data.Items, sizing, options);
        var extracted = Stopwatch.GetTimestamp();
        var whitening = Session.Checked(() => isLearned ? Learned(session, device, descriptors, data.Name) : Pca(session, device, descriptors, data.Name));
        var seconds = Stopwatch.GetElapsedTime(extracted).TotalSeconds;

        Fold(model, whitening);
        var (weights, bias) = whitening.ToLinearLayer();
        model.Whitening?.Dispose();
        model.Whitening = new DescriptorWhitening(device, weights, bias, whitening.InputDimensions, whitening.Provenance.ToString());
        Note(model, whitening.Provenance, $"{sizing}", options.Scales);
        ModelFile.Save(model, session.Value(_out)!);
        Unreadable.List(descriptors.Failures, session.Progress);
        Print(session, whitening, Stopwatch.GetElapsedTime(start, extracted).TotalSeconds, seconds);
        return ExitCode.Done;
    }

    private void RequireFoldable(Session session, RetrievalModel model)
    {
        if (model.Classifier is null)
            return;
        if (session.Value(_kind) != "pca" || session.Value(_dimensions) != 0 || model.Whitening is not null)
            throw new UsersMistakeException($"{session.Value(_model)}: the whitening is folded into the model's classifier, which takes --kind pca, all dimensions and a model that has no whitening yet");
    }

    /// <summary>Classes stay as they were, behind the whitened embedding.</summary>
    private static void Fold(RetrievalModel model, WhiteningTransform whitening)
    {
        if (model.Classifier is not { } classifier)
            return;
        var (weights, bias) = ClassifierFold.Fold(whitening, classifier.Weights);
        model.Classifier = new Classifier(model.Device, weights, bias, classifier.Classes, classifier.PooledDimension);
        classifier.Dispose();
    }

    private WhiteningTransform Learned(Session session, Device device, LabelledDescriptors descriptors, string source)
    {
        int[] labels = [.. descriptors.Items.Select(item => item.Label)];
        var isNonMatching = session.Value(_rotation) == "nonmatching";
        var options = new LearnedWhiteningOptions
        {
            Dimensions = Dimensions(session),
            Rotation = isNonMatching ? LearnedWhiteningRotation.NonMatchingPairs : LearnedWhiteningRotation.AllDescriptors,
            RelativeRegularisation = session.Value(_regularisation),
            Threads = session.Threads,
            Device = device,
            Source = source,
        };
        var matching = ClassPairs.Matching(labels, session.Value(_pairs), (ulong)session.Seed);
        var nonMatching = isNonMatching ? ClassPairs.NonMatching(labels, matching.Count, (ulong)session.Seed) : null;
        return LearnedWhitening.Learn(descriptors.Rows, matching, options, nonMatching, session.Cancellation);
    }

    private WhiteningTransform Pca(Session session, Device device, LabelledDescriptors descriptors, string source) =>
        PcaWhitening.Learn(descriptors.Rows, new PcaWhiteningOptions { Dimensions = Dimensions(session), Threads = session.Threads, Device = device, Source = source }, session.Cancellation);

    private int? Dimensions(Session session) => session.Value(_dimensions) is > 0 and var count ? count : null;

    private static void Note(RetrievalModel model, WhiteningProvenance provenance, string size, IReadOnlyList<float> scales)
    {
        string Text(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);
        model.Provenance["whitening set"] = provenance.Source;
        model.Provenance["whitening descriptors"] = Text(provenance.DescriptorCount);
        model.Provenance["whitening pairs"] = Text(provenance.PairCount);
        model.Provenance["whitening rank"] = $"{Text(provenance.EffectiveRank)} of {Text(provenance.InputDimensions)}";
        model.Provenance["whitening regularisation"] = Text(provenance.Regularisation);
        model.Provenance["whitening size"] = size;
        model.Provenance["whitening precision"] = model.Device.Precision.Word();
        model.Provenance["whitening scales"] = string.Join(',', scales.Select(scale => Text(scale)));
    }

    private void Print(Session session, WhiteningTransform whitening, double extractionSeconds, double learningSeconds)
    {
        var provenance = whitening.Provenance;
        session.Progress.Note(provenance.ToString());
        session.Figures.PrintUpright(new FigureTable("whiten", "", new("file", "file"), new("kind", "kind"), new("images", "images"), new("pairs", "matching pairs"),
            new("inputDimension", "dimensions in"), new("dimension", "dimensions out"), new("rank", "effective rank"), new("regularisation", "regularisation", "0.0e0"),
            new("extractionSeconds", "extraction [s]", "0.0"), new("learningSeconds", "learning [s]", "0.00"))
            .Add(session.Value(_out), session.Value(_kind), provenance.DescriptorCount, provenance.PairCount, whitening.InputDimensions, whitening.OutputDimensions,
                provenance.EffectiveRank, provenance.Regularisation, extractionSeconds, learningSeconds));
    }
}
