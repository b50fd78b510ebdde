using System.Text.Json;
using Retrieval.Models.WeightFiles;

namespace Retrieval.Training;

/// <summary>
/// A training run on disk after an epoch: parameters, statistics, optimiser state and history in one safetensors file, written beside its
/// target and renamed, so that whenever the run is killed the last good epoch is there.
/// </summary>
public static class Checkpoint
{
    private const string Format = "retrieval-checkpoint";

    /// <summary>Writes the run's state.</summary>
    public static void Save(Trainer trainer, string path)
    {
        var writer = new SafetensorsWriter();
        writer.Metadata["format"] = Format;
        writer.Metadata["options"] = trainer.Fingerprint;
        writer.Metadata["history"] = JsonSerializer.Serialize(trainer.History);
        WeightLoader.Store(trainer.Model.Network.Parameters, writer);
        trainer.Optimizer.Store(writer);
        writer.Save(path);
    }

    /// <summary>Takes up a run where its checkpoint left it.</summary>
    /// <exception cref="InvalidDataException">The file is damaged, or of a run with other options, network or data.</exception>
    public static void Resume(Trainer trainer, string path)
    {
        using var file = SafetensorsFile.Open(path);
        if (file.Metadata.GetValueOrDefault("format") != Format)
            throw new InvalidDataException($"{path}: not a checkpoint of a training run");
        if (file.Metadata.GetValueOrDefault("options") is var options && options != trainer.Fingerprint)
            throw new InvalidDataException($"{path}: the checkpoint is of a run with other settings; resume with the same ones or start in another folder. It has: {options}; asked for: {trainer.Fingerprint}");
        List<EpochReport> history;
        try
        {
            history = JsonSerializer.Deserialize<List<EpochReport>>(file.Metadata.GetValueOrDefault("history", "null")) ?? throw new JsonException("it is missing");
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"{path}: the history cannot be read: {exception.Message}", exception);
        }
        trainer.Optimizer.Load(file);
        WeightLoader.Load(trainer.Model.Network.Parameters, file, requireHead: true);
        trainer.Restore(history);
    }
}
