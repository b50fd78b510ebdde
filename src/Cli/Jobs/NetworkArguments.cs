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
<<<<<<< HEAD
    private readonly KeyOption[] _keys =
    [
        KeyOption.Of("--arch", NetworkSection.Backbone),
        KeyOption.Of("--pool", NetworkSection.Pooling),
        KeyOption.Of("--p", NetworkSection.Exponent),
        KeyOption.Flag("--fixed-p", NetworkSection.LearnExponent, "false", "Keep GeM's exponent as it is"),
        KeyOption.Of("--whiten-layer", NetworkSection.Whitening),
    ];

    private readonly Option<string?> _weights = new("--weights") { Description = "Backbone weights to start from, .safetensors with torchvision's names; without it weights are drawn from the seed" };

    /// <summary>The options that describe the network without its weights.</summary>
    public IEnumerable<Option> Description => _keys.Select(key => key.Option);
=======
    private readonly Option<string> _architecture = new("--arch") { Description = BackboneDescription.Help, DefaultValueFactory = _ => "resnet18" };
    private readonly Option<int> _frozenStages = NumberOptions.Create("--frozen-stages", "First stages of the backbone that are not trained, of its 5", 0, least: 0, most: 5);
    private readonly Option<string> _pooling = new("--pool") { Description = "mac, spoc, gem, or gemmp (an exponent per channel)", DefaultValueFactory = _ => "gem" };
    private readonly Option<float> _exponent = NumberOptions.Create("--p", "Where GeM's exponent starts", 3f, least: 0.1f, most: 100);
    private readonly Option<bool> _fixedExponent = new("--fixed-p") { Description = "Keep GeM's exponent as it is" };
    private readonly Option<int> _whitening = NumberOptions.Create("--whiten-layer", "Output dimension of a whitening layer trained with the network; 0 for none", 0, least: 0, most: 65536);
    private readonly Option<string?> _weights = new("--weights") { Description = "Backbone weights to start from, .safetensors with the names of torchvision or of the papers' codes; without it weights are drawn from the seed" };

    /// <summary>The options that describe the network without its weights.</summary>
    public IEnumerable<Option> Description => [_architecture, _frozenStages, _pooling, _exponent, _fixedExponent, _whitening];
>>>>>>> dd1f8d4 (Models: weights under the names of the papers' codes; biases before a normalisation; frozen stages and every backbone on the command line)

    public IEnumerable<Option> All => [.. Description, _weights];

    /// <summary>Whether the network starts from given weights.</summary>
    public bool HasWeights(Session session) => session.Value(_weights) is not null;

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
<<<<<<< HEAD
=======

    private NetworkDescription Describe(Session session)
    {
        var head = new HeadDescription(HeadDescription.ParsePooling(session.Value(_pooling)!), session.Value(_exponent), !session.Value(_fixedExponent), session.Value(_whitening));
        var description = new NetworkDescription(BackboneDescription.Parse(session.Value(_architecture)!) with { FrozenStages = session.Value(_frozenStages) }, head, ImageNormalization.ImageNet);
        description.Validate();
        return description;
    }
>>>>>>> dd1f8d4 (Models: weights under the names of the papers' codes; biases before a normalisation; frozen stages and every backbone on the command line)
}
