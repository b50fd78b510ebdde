using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Retrieval.Models;
using Retrieval.Training.Data;
using Retrieval.Training.Recipes;
using Retrieval.Training.Recipes.Sections;

namespace Retrieval.Training;

/// <summary>What makes two training runs the same run, as named values in words: a checkpoint is resumed only where all of them agree.</summary>
internal static class RunIdentity
{
    private const int DigestLetters = 16;

    /// <summary>In the order in which differences are told: a recipe's keys first, since they say more than what was made of them.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Of(NetworkDescription network, TupleDataset data, TrainingOptions options) =>
        [.. RecipeValues(options.Recipe), .. Made(network, data, options)];

    /// <summary>What a recipe asks for, but for what may differ: how long the run is, how it is evaluated, what people are told.</summary>
    private static IEnumerable<KeyValuePair<string, string>> RecipeValues(Recipe? recipe) => recipe is null
        ? []
        : recipe.Values.Where(value => !value.Key.StartsWith("about.", StringComparison.Ordinal) && !value.Key.StartsWith("evaluation.", StringComparison.Ordinal)
            && value.Key != ScheduleSection.Epochs.Path);

    private static Dictionary<string, string> Made(NetworkDescription network, TupleDataset data, TrainingOptions options)
    {
        var backbone = network.Backbone;
        return new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["architecture"] = Invariant($"{backbone.Name} ({backbone.Layout}{(backbone.FrozenStages > 0 ? $", {backbone.FrozenStages} stages frozen" : "")})"),
            ["head"] = Invariant($"{network.Head}"),
            ["normalisation"] = Invariant($"mean [{string.Join(", ", network.Normalization.Mean)}], deviation [{string.Join(", ", network.Normalization.Std)}]"),
            ["data"] = Invariant($"{data.Description}: {data.Images.Count} images, {data.Queries.Count} queries, digest {Digest(data)}"),
            ["loss"] = string.Join(" + ", options.Losses.Select(loss => Invariant($"{loss.Weight} {loss.Loss}"))),
            ["schedule"] = Invariant($"{options.Schedule}"),
            ["optimiser"] = Invariant($"{options.Optimizer}"),
            ["sampling"] = Invariant($"{options.Sampling}"),
            ["augmentation"] = Invariant($"{options.Augmentation}"),
            ["statistics"] = Invariant($"{options.Statistics}"),
            ["rate by steps"] = Invariant($"{options.RateBySteps}"),
            ["moving average"] = Invariant($"{options.Average}"),
            ["accumulation"] = Invariant($"{options.Accumulation}"),
            ["seed"] = Invariant($"{options.Seed}"),
        };
    }

    /// <summary>Covers the images' names without their folders (data may be moved), their clusters, and the queries with how many candidates each has.</summary>
    private static string Digest(TupleDataset data)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var i = 0; i < data.Images.Count; i++)
            Append($"{Path.GetFileName(data.Images.Name(i))}\n{data.Clusters[i]}\n");
        foreach (var query in data.Queries)
            Append($"{query.Image} {query.Positives.Count}\n");
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..DigestLetters];

        void Append(FormattableString text) => hash.AppendData(Encoding.UTF8.GetBytes(Invariant(text)));
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
