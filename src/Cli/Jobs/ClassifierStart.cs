using Retrieval.Host;
using Retrieval.Models.WeightFiles;
using Retrieval.Training;

namespace Retrieval.Cli.Jobs;

/// <summary>What the classifier of a training's losses starts from.</summary>
internal static class ClassifierStart
{
    /// <summary>From that of the model file that the network starts from, where it has one of the same classes; else it stays as drawn from the seed.</summary>
    /// <param name="session">The user's values.</param>
    /// <param name="trainer">The run, before its first epoch.</param>
    /// <param name="device">Where it runs.</param>
    /// <param name="weights">What the network starts from; null for nothing.</param>
    /// <param name="classes">Names of the data's classes.</param>
    /// <param name="stays">Whether the classifier is not trained.</param>
    /// <exception cref="UsersMistakeException">One that was drawn from the seed would stay so.</exception>
    public static void Run(Session session, Trainer trainer, Device device, string? weights, IReadOnlyList<string> classes, bool stays)
    {
        if (!trainer.Classifies)
            return;
        using var model = weights is not null && ModelFile.IsAt(weights) ? ModelFile.Load(weights, device) : null;
        if (model is not null && trainer.StartClassifier(model, classes))
            session.Progress.Note($"the classifier starts from {Path.GetFileName(weights)}");
        else if (stays)
            throw new UsersMistakeException($"{weights}: p alone is to be trained, with the classifier as it is: expected a model file that classifies the embedding by the data's {classes.Count} classes and has no whitening");
    }
}
