using System.CommandLine;
using Retrieval.Cli.Jobs;
using Retrieval.Host;
using Retrieval.Models;
using Retrieval.Training;
using Retrieval.Training.Recipes;
using Retrieval.Training.Recipes.Sections;

namespace Retrieval.Cli.Commands;

/// <summary>Trains a network on a labelled set; a checkpoint after every epoch lets it be stopped and resumed.</summary>
internal sealed class TrainCommand : Verb
{
    private readonly Option<string> _data = new("--data") { Description = DataReader.Description, Required = true };
    private readonly Option<string> _out = new("--out") { Description = "Folder for checkpoint.safetensors and model.safetensors", Required = true };
    private readonly Option<string?> _validation = new("--val") { Description = "Dataset or ground truth to evaluate before training and after every few epochs" };
    private readonly Option<bool> _resume = new("--resume") { Description = "Go on from the checkpoint in the folder" };
    private readonly NetworkArguments _network = new();
    private readonly RecipeArguments _recipe;

    public TrainCommand() : base("train", "Train a network by a recipe, or on hard-mined tuples")
    {
        _recipe = new RecipeArguments(_network);
        foreach (var option in (IEnumerable<Option>)[_data, _out, _validation, _resume, .. _recipe.All])
            Options.Add(option);
    }

    public override int Run(Session session)
    {
        var folder = session.Value(_out)!;
        var checkpoint = Path.Combine(folder, "checkpoint.safetensors");
        if (File.Exists(checkpoint) && !session.Value(_resume))
            throw new UsersMistakeException($"{checkpoint} exists: add --resume to go on from it, or name another folder");
        var recipe = TrainingSet.Settle(_recipe.Read(session), session.Value(_data)!);
        var (sizing, extraction) = (DataSection.Sizing(recipe), EvaluationSection.Extraction(recipe, session.Threads));
        var options = Session.Checked(() => RecipeTraining.Options(recipe, _network.HasWeights(session), (ulong)session.Seed));
        RequireWhatFits(session, recipe, options);
        var data = TrainingSet.Read(session.Value(_data)!, sizing);
        var tuples = data.Tuples;
        var validation = session.Value(_validation) is { } path ? DataReader.Benchmark(path, EvaluationSection.Sizing(recipe)) : null;
        if (recipe.Get(EvaluationSection.Patience) > 0 && validation is null)
            throw new UsersMistakeException("evaluation.patience: the recipe ends training by a validation figure: give --val, or --set evaluation.patience=0");

        using var device = session.OpenDevice(training: true);
        using var model = _network.Create(session, device, recipe);
        if (!File.Exists(checkpoint))
            PoolingStart.Run(session, model.Network, tuples.Images, _network.Weights(session));
        using var trainer = Session.Checked(() => new Trainer(model, tuples, options, extraction));
        if (!File.Exists(checkpoint))
            ClassifierStart.Run(session, trainer, device, _network.Weights(session), data.Classes, NetworkSection.TrainsExponentAlone(recipe));
        Directory.CreateDirectory(folder);
        if (File.Exists(checkpoint))
            Checkpoint.Resume(trainer, checkpoint);
        MemoryEstimate.Tell(session, device, "lower --tuples, --negatives, --size or --batch",
            dry => Rehearsal.Train(dry, model.Network.Description, tuples, sizing, options, extraction));
        session.Progress.Note($"{data.Name}: {data.Summary}; {model.Network.Description.Backbone.Name}, " +
            $"{model.Network.Parameters.Count:N0} parameters, {model.Network.Description.Dimension}-d; {device.Precision.Word()} on {device.Name}; seed {session.Seed}; from epoch {trainer.History.Count}");
        model.Provenance["trained on"] = data.Name;
        model.Provenance["size"] = EvaluationSection.Sizing(recipe).ToString();
        model.Provenance["precision"] = device.Precision.Word();
        model.Provenance["recipe"] = recipe.ToJson();
        new TrainingRun(session, trainer, model, data.Classes, folder, validation, extraction).Run(recipe.Get(ScheduleSection.Epochs), recipe.Get(EvaluationSection.Every), recipe.Get(EvaluationSection.Patience));
        return ExitCode.Done;
    }

    private void RequireWhatFits(Session session, Recipe recipe, TrainingOptions options)
    {
        if (options.Statistics == PassMode.BatchStatistics && !DataSection.IsFixed(recipe))
            throw new UsersMistakeException($"batch statistics need images of one size: give --size <width>x<height> instead of {recipe.Get(DataSection.Size)}, or --statistics frozen");
        if (NetworkSection.TrainsExponentAlone(recipe) && !_network.HasWeights(session))
            throw new UsersMistakeException("network.trained: p alone is to be trained: give the network that it belongs to by --weights <file>");
        if (recipe.Get(NetworkSection.Pretrained) && !_network.HasWeights(session))
            throw new UsersMistakeException($"{recipe.Name}: the recipe starts from trained weights: give --weights <file>, or --set network.pretrained=false to start from nothing");
    }
}
