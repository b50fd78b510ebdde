using System.Text.Json;
using Retrieval.Models.WeightFiles;

namespace Retrieval.Training;

/// <summary>
/// A training run on disk after an epoch: parameters, statistics, optimiser state and history in one safetensors file under a checksum,
/// written beside its target and renamed, so that whenever the run is killed the last good epoch is there.
/// </summary>
public static class Checkpoint
{
    private const string Format = "retrieval-checkpoint";
    private const string Version = "2";

    private static readonly JsonSerializerOptions Json = new()
    {
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
    };

    /// <summary>Writes the run's state.</summary>
    /// <exception cref="InvalidOperationException">The run is in the middle of an epoch: only whole epochs can be resumed.</exception>
    public static void Save(Trainer trainer, string path)
    {
        trainer.RequireWholeEpochs();
        var recipe = trainer.Recipe;
        var writer = new SafetensorsWriter();
        writer.Metadata["format"] = Format;
        writer.Metadata["version"] = Version;
        writer.Metadata["run"] = JsonSerializer.Serialize(trainer.Identity.ToDictionary(), Json);
        writer.Metadata["history"] = JsonSerializer.Serialize(trainer.History, Json);
        writer.Metadata["validations"] = JsonSerializer.Serialize(trainer.Validations, Json);
        if (recipe is not null)
            writer.Metadata["recipe"] = recipe.ToJson();
        WeightLoader.Store(trainer.Model.Network.Parameters, writer);
        WeightLoader.Store(trainer.LossParameters, writer);
        trainer.Optimizer.Store(writer);
        trainer.Average?.Store(writer);
        writer.Save(path, checksum: true);
    }

    /// <summary>Takes up a run where its checkpoint left it, whole or not at all.</summary>
    /// <exception cref="InvalidDataException">The file is damaged, or of a run with other options, network or data.</exception>
    public static void Resume(Trainer trainer, string path)
    {
        using var file = SafetensorsFile.Open(path);
        if (file.Metadata.GetValueOrDefault("format") != Format)
            throw new InvalidDataException($"{file.Path}: not a checkpoint of a training run");
        if (file.Metadata.GetValueOrDefault("version") is var version && version != Version)
            throw new InvalidDataException($"{file.Path}: checkpoint version '{version}', expected {Version}: made by another version of the program?");
        file.VerifyChecksum();
        RequireSameRun(file, trainer);
        var history = ReadHistory(file);
        var optimizer = trainer.Optimizer.Read(file);
        if (optimizer.StepCount > history.Sum(report => (long)report.Items + report.SkippedItems))
            throw new InvalidDataException($"{file.Path}: {optimizer.StepCount} steps are more than its history has items");
        var validations = ReadValidations(file, history.Count);
        var average = trainer.Average?.Read(file);
        WeightLoader.Check(trainer.Model.Network.Parameters, file, requireHead: true);
        WeightLoader.Check(trainer.LossParameters, file, requireHead: true);
        // All is checked; what follows changes the run and cannot fail.
        WeightLoader.Load(trainer.Model.Network.Parameters, file, requireHead: true);
        WeightLoader.Load(trainer.LossParameters, file, requireHead: true);
        trainer.Optimizer.Restore(optimizer);
        trainer.Average?.Restore(average!);
        trainer.Restore(history, validations);
    }

    private static void RequireSameRun(SafetensorsFile file, Trainer trainer)
    {
        var saved = Parse<Dictionary<string, string>>(file, "run");
        foreach (var (name, asked) in trainer.Identity)
            if (saved.GetValueOrDefault(name, "nothing") is var found && found != asked)
                throw new InvalidDataException($"{file.Path}: the checkpoint is of a run with another {name}: it has {found}, asked for {asked}; go on with the same settings or start in another folder");
    }

    private static List<EpochReport> ReadHistory(SafetensorsFile file)
    {
        var history = Parse<List<EpochReport>>(file, "history");
        for (var epoch = 0; epoch < history.Count; epoch++)
            if (history[epoch] is not { } report || !report.IsSound(epoch))
                throw new InvalidDataException($"{file.Path}: the history holds no sound report of epoch {epoch}");
        return history;
    }

    private static Dictionary<int, double> ReadValidations(SafetensorsFile file, int epochs)
    {
        var validations = Parse<Dictionary<int, double>>(file, "validations");
        return validations.All(pair => pair.Key >= -1 && pair.Key < epochs && double.IsFinite(pair.Value))
            ? validations
            : throw new InvalidDataException($"{file.Path}: the figures of validation are not those of its {epochs} epochs");
    }

    private static T Parse<T>(SafetensorsFile file, string key)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(file.Metadata.GetValueOrDefault(key, "null"), Json) ?? throw new JsonException("it is missing");
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"{file.Path}: the metadata '{key}' cannot be read: {exception.Message}", exception);
        }
    }
}
