using System.CommandLine;
using Retrieval.Host;
using Retrieval.Models;
using Retrieval.Models.WeightFiles;
using Retrieval.Training.Recipes;
using Retrieval.Training.Recipes.Sections;

namespace Retrieval.Cli.Jobs;

/// <summary>The options that describe a new network, shared by the verbs that make one.</summary>
internal sealed class NetworkArguments
{
    private readonly KeyOption[] _keys =
    [
        KeyOption.Of("--arch", NetworkSection.Backbone),
        KeyOption.Of("--frozen-stages", NetworkSection.FrozenStages),
        KeyOption.Of("--pool", NetworkSection.Pooling),
        KeyOption.Of("--p", NetworkSection.Exponent),
        KeyOption.Flag("--fixed-p", NetworkSection.LearnExponent, "false", "Keep GeM's exponent as it is"),
        KeyOption.Flag("--own-masks", NetworkSection.OwnMasks, "true", "With rwgem: each region makes a mask of its own, in place of a part of the whole map's"),
        KeyOption.Flag("--whiten-regions", NetworkSection.WhitenRegions, "true", "With rmac, rgem and rwgem: a linear layer for regions' vectors"),
        KeyOption.Of("--whiten-layer", NetworkSection.Whitening),
        KeyOption.Of("--clusters", NetworkSection.Clusters),
        KeyOption.Of("--ghosts", NetworkSection.Ghosts),
    ];

    private readonly Option<string?> _weights = new("--weights") { Description = "Backbone weights to start from, .safetensors with the names of torchvision or of the papers' codes; without it weights are drawn from the seed" };

    /// <summary>The options that describe the network without its weights.</summary>
    public IEnumerable<Option> Description => _keys.Select(key => key.Option);

    public IEnumerable<Option> All => [.. Description, _weights];

    /// <summary>Whether the network starts from given weights.</summary>
    public bool HasWeights(Session session) => Weights(session) is not null;

    /// <summary>The file of the weights that the network starts from; null for none.</summary>
    public string? Weights(Session session) => session.Value(_weights);

    /// <summary>The recipe with what the user has given.</summary>
    public Recipe Apply(Session session, Recipe recipe) => _keys.Aggregate(recipe, (changed, key) => key.Apply(session, changed));

    /// <summary>Makes the network that the options describe, with its weights.</summary>
    public RetrievalModel Create(Session session, Device device) => Create(session, device, session.Value(_weights));

    /// <summary>Makes the network that the options describe.</summary>
    /// <param name="session">The user's values.</param>
    /// <param name="device">Where it lives.</param>
    /// <param name="weights">The file of its weights; null to draw them from the seed.</param>
    public RetrievalModel Create(Session session, Device device, string? weights) => Create(session, device, weights, Apply(session, Recipe.Empty));

    /// <summary>Makes a recipe's network, with the weights that the options name.</summary>
    public RetrievalModel Create(Session session, Device device, Recipe recipe) => Create(session, device, session.Value(_weights), recipe);

    private static RetrievalModel Create(Session session, Device device, string? weights, Recipe recipe)
    {
        var description = Session.Checked(() => NetworkSection.Create(recipe));
        var model = new RetrievalModel(new DescriptorNetwork(device, description));
        try
        {
            // What the file does not hold, such as a whitening layer, starts from the seed.
            WeightInitializer.Initialize(model.Network.Parameters, (ulong)session.Seed);
            if (weights is not null)
            {
                using var file = SafetensorsFile.Open(weights);
                WeightLoader.Load(model.Network.Parameters, file, requireHead: false);
            }
            model.Provenance["initial weights"] = weights is not null ? Path.GetFileName(weights) : $"drawn from seed {session.Seed}";
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }
}
