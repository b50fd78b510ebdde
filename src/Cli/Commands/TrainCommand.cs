using System.CommandLine;
using System.Globalization;
using Retrieval.Cli.Jobs;
using Retrieval.Host;
using Retrieval.Models;
using Retrieval.Models.WeightFiles;
using Retrieval.Training;
using Retrieval.Training.Data;

namespace Retrieval.Cli.Commands;

/// <summary>Trains a network on hard-mined tuples of a labelled set; a checkpoint after every epoch lets it be stopped and resumed.</summary>
internal sealed class TrainCommand : Verb
{
    private const long CacheByteLimit = 2L << 30;

    private readonly Option<string> _data = new("--data") { Description = DataReader.Description, Required = true };
    private readonly Option<string> _out = new("--out") { Description = "Folder for checkpoint.safetensors and model.safetensors", Required = true };
    private readonly Option<string?> _validation = new("--val") { Description = "Dataset or ground truth to evaluate before training and after every few epochs" };
    private readonly Option<int> _every = NumberOptions.Create("--val-every", "Epochs between two evaluations", 5, least: 1, most: 1_000_000);
    private readonly Option<int> _epochs = NumberOptions.Create("--epochs", "Epochs to train", 30, least: 1, most: 1_000_000);
    private readonly Option<bool> _resume = new("--resume") { Description = "Go on from the checkpoint in the folder" };
    private readonly NetworkArguments _network = new();
    private readonly TrainingArguments _training = new();
    private readonly ExtractionArguments _extraction = new("224x224");

    public TrainCommand() : base("train", "Train a network on hard-mined tuples")
    {
        foreach (var option in (IEnumerable<Option>)[_data, _out, _validation, _every, _epochs, _resume, .. _network.All, .. _training.All, .. _extraction.All])
            Options.Add(option);
    }

    public override int Run(Session session)
    {
        var folder = session.Value(_out)!;
        var checkpoint = Path.Combine(folder, "checkpoint.safetensors");
        if (File.Exists(checkpoint) && !session.Value(_resume))
            throw new UsersMistakeException($"{checkpoint} exists: add --resume to go on from it, or name another folder");
        var sizing = _extraction.Sizing(session);
        var extraction = _extraction.Options(session);
        var options = _training.Options(session, _network.HasWeights(session));
        if (options.Statistics == PassMode.BatchStatistics && !sizing.IsFixed)
            throw new UsersMistakeException($"batch statistics need images of one size: give --size <width>x<height> instead of {sizing}, or --statistics frozen");
        var data = DataReader.Classes(session.Value(_data)!);
        var images = new FileImageSource([.. data.Items.Select(item => item.Path)], sizing, cacheByteLimit: CacheByteLimit);
        var tuples = Session.Checked(() => TupleDataset.FromLabels(images, data.Labels())) with { Description = $"{data.Name} at {sizing}" };
        var validation = session.Value(_validation) is { } path ? DataReader.Benchmark(path, sizing) : null;

        using var device = session.OpenDevice(training: true);
        using var model = _network.Create(session, device);
        using var trainer = Session.Checked(() => new Trainer(model, tuples, options, extraction));
        Directory.CreateDirectory(folder);
        if (File.Exists(checkpoint))
            Checkpoint.Resume(trainer, checkpoint);
        MemoryEstimate.Tell(session, device, "lower --tuples, --negatives, --size or --batch",
            dry => Rehearsal.Train(dry, model.Network.Description, tuples, sizing, options, extraction));
        session.Progress.Note($"{data.Name}: {data.Items.Count} images, {data.Classes.Count} classes; {model.Network.Description.Backbone.Name}, " +
            $"{model.Network.Parameters.Count:N0} parameters, {model.Network.Description.Dimension}-d; {device.Precision.Word()} on {device.Name}; seed {session.Seed}; from epoch {trainer.History.Count}");
        new TrainingRun(session, trainer, model, checkpoint, validation, extraction).Run(session.Value(_epochs), session.Value(_every));

        model.Provenance["trained on"] = data.Name;
        model.Provenance["epochs"] = trainer.History.Count.ToString(CultureInfo.InvariantCulture);
        model.Provenance["size"] = sizing.ToString();
        model.Provenance["precision"] = device.Precision.Word();
        model.Provenance["options"] = options.ToString();
        ModelFile.Save(model, Path.Combine(folder, "model.safetensors"));
        return ExitCode.Done;
    }
}
