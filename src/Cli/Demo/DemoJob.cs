using Retrieval.Cli.Jobs;
using Retrieval.Evaluation;
using Retrieval.Host;
using Retrieval.Models;
using Retrieval.Models.Backbones;
using Retrieval.Models.Heads;
using Retrieval.Models.WeightFiles;
using Retrieval.Training;
using Retrieval.Training.Data;
using Retrieval.Training.Extraction;
using Retrieval.Training.Whitening;

namespace Retrieval.Cli.Demo;

/// <summary>The main job for one pooling: evaluate untrained, train, evaluate, learn the whitenings, expand the queries.</summary>
internal sealed class DemoJob(Session session, Device device, TrialData data, DemoOptions options, string folder)
{
    private const int EvaluationEvery = 3;

    private readonly ExtractionOptions _extraction = new(32, session.Threads);

    /// <summary>Tells what the job will take of the device's memory.</summary>
    public void Estimate() => MemoryEstimate.Tell(session, device, "use --device cpu or a device with more memory", dry =>
    {
        Rehearsal.Train(dry, Description(PoolingKind.Gem), data.Training, DemoOptions.Sizing, options.Training, _extraction);
        Rehearsal.Search(dry, data.Test.Database.Length, Description(PoolingKind.Gem).Dimension);
    });

    /// <summary>Runs the job and writes the model.</summary>
    public DemoNetwork Run(PoolingKind pooling)
    {
        var name = HeadDescription.Word(pooling);
        var description = Description(pooling);
        using var model = new RetrievalModel(new DescriptorNetwork(device, description));
        WeightInitializer.Initialize(model.Network.Parameters, (ulong)options.Seed);
        List<DemoStage> stages = [Evaluate(model, name, "untrained")];
        List<(int, double)> curve = [(0, stages[0].MeanAveragePrecision)];

        var history = Train(model, name, curve);
        var descriptors = Extract(model, data.Test.Images);
        stages.Add(Score(model, "trained", descriptors));
        curve.Add((options.Epochs, stages[^1].MeanAveragePrecision));

        var training = Extract(model, data.Training.Images);
        var rows = new DescriptorMatrix(training, description.Dimension);
        stages.Add(Whiten(model, "trained + PCA", PcaWhitening.Learn(rows, new PcaWhiteningOptions { Dimensions = DemoOptions.WhitenedDimensions, Threads = session.Threads, Device = device }, session.Cancellation), descriptors, out _));
        var learned = LearnedWhitening.Learn(rows, MatchingPairs.Draw(data.Training, options.Seed), new LearnedWhiteningOptions { Dimensions = DemoOptions.WhitenedDimensions, Threads = session.Threads, Device = device }, cancellation: session.Cancellation);
        stages.Add(Whiten(model, "trained + Lw", learned, descriptors, out var whitened));
        stages.Add(Score(model, "trained + Lw + aQE", whitened, new Expansion(DemoOptions.ExpansionNeighbours, DemoOptions.ExpansionAlpha)));
        model.Provenance["trained on"] = data.Description;
        model.Provenance["precision"] = device.Precision.Word();
        ModelFile.Save(model, Path.Combine(folder, $"{name}.safetensors"));
        return new DemoNetwork(name, stages, history, curve, pooling == PoolingKind.Gem ? model.Network.ScaleExponent : null, Ranked(whitened), [.. DemoPictures.Queries(data.Test).Select(query => (query, ActivationMap.Of(model, data.Test.Images.Load(data.Test.Queries[query]))))]);
    }

    private static NetworkDescription Description(PoolingKind pooling) =>
        new(BackboneDescription.Parse(DemoOptions.Architecture), new HeadDescription(pooling), ImageNormalization.ImageNet);

    private List<(int Query, IReadOnlyList<(int Row, float Score)> Results)> Ranked(float[] descriptors)
    {
        var dimension = descriptors.Length / data.Test.Images.Count;
        using var index = BenchmarkScorer.Build(device, data.Test, descriptors, dimension);
        var shown = DemoPictures.Queries(data.Test);
        var result = index.Search(BenchmarkScorer.Gather([.. shown.Select(query => data.Test.Queries[query])], descriptors, dimension), Math.Min(DemoOptions.ShownResults, (int)index.Count));
        var lists = new List<(int Query, IReadOnlyList<(int Row, float Score)> Results)>();
        for (var i = 0; i < shown.Length; i++)
        {
            var list = new List<(int Row, float Score)>();
            for (var rank = 0; rank < result.ResultCount; rank++)
                list.Add(((int)result.IdsOf(i)[rank], result.ScoresOf(i)[rank]));
            lists.Add((shown[i], list));
        }
        return lists;
    }

    private IReadOnlyList<EpochReport> Train(RetrievalModel model, string name, List<(int, double)> curve)
    {
        using var trainer = new Trainer(model, data.Training, options.Training, _extraction);
        using var progress = session.Progress.Begin($"train {name}", options.Epochs, "epochs");
        while (trainer.History.Count < options.Epochs)
        {
            Session.Checked(() => trainer.RunEpoch(null, session.Cancellation));
            var epochs = trainer.History.Count;
            progress.Report(epochs);
            if (epochs % EvaluationEvery == 0 && epochs < options.Epochs)
                curve.Add((epochs, Score(model, name, Extract(model, data.Test.Images)).MeanAveragePrecision));
        }
        return [.. trainer.History];
    }

    private DemoStage Evaluate(RetrievalModel model, string pooling, string stage)
    {
        using var progress = session.Progress.Begin($"{stage} {pooling}", data.Test.Images.Count, "images");
        return Score(model, stage, Extract(model, data.Test.Images, progress));
    }

    private float[] Extract(RetrievalModel model, IImageSource images, IProgress<int>? progress = null)
    {
        using var extractor = new DescriptorExtractor(model, _extraction with { Whiten = false });
        return extractor.ExtractAll(images, [.. Enumerable.Range(0, images.Count)], progress, session.Cancellation);
    }

    private DemoStage Score(RetrievalModel model, string stage, float[] descriptors, Expansion? expansion = null)
    {
        var protocol = new Protocol("", "") { Descriptor = $"{model.Network.Description.Backbone.Name} {model.Network.Description.Head.Pooling}, {stage}", Whitening = model.Whitening?.Source };
        return new DemoStage(stage, BenchmarkScorer.Score(device, data.Test, descriptors, protocol, expansion));
    }

    private DemoStage Whiten(RetrievalModel model, string stage, WhiteningTransform transform, float[] descriptors, out float[] whitened)
    {
        var (weights, bias) = transform.ToLinearLayer();
        model.Whitening?.Dispose();
        model.Whitening = new DescriptorWhitening(device, weights, bias, transform.InputDimensions, stage[(stage.LastIndexOf('+') + 2)..]);
        whitened = model.Whitening.Apply(descriptors);
        return Score(model, stage, whitened);
    }
}
