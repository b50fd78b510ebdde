using System.CommandLine;
using Retrieval.Host;
using Retrieval.Models;
using Retrieval.Models.Backbones;
using Retrieval.Models.Heads;
using Retrieval.Models.WeightFiles;

namespace Retrieval.Cli.Jobs;

/// <summary>The options that describe a new network, shared by the verbs that make one.</summary>
internal sealed class NetworkArguments
{
    private readonly Option<string> _architecture = new("--arch") { Description = "resnet18, 34, 50, 101 or 152; -w<n> behind it sets the stem's width (64)", DefaultValueFactory = _ => "resnet18" };
    private readonly Option<string> _pooling = new("--pool") { Description = "mac, spoc, gem, or gemmp (an exponent per channel)", DefaultValueFactory = _ => "gem" };
    private readonly Option<float> _exponent = NumberOptions.Create("--p", "Where GeM's exponent starts", 3f, least: 0.1f, most: 100);
    private readonly Option<bool> _fixedExponent = new("--fixed-p") { Description = "Keep GeM's exponent as it is" };
    private readonly Option<int> _whitening = NumberOptions.Create("--whiten-layer", "Output dimension of a whitening layer trained with the network; 0 for none", 0, least: 0, most: 65536);
    private readonly Option<string?> _weights = new("--weights") { Description = "Backbone weights to start from, .safetensors with torchvision's names; without it weights are drawn from the seed" };

    /// <summary>The options that describe the network without its weights.</summary>
    public IEnumerable<Option> Description => [_architecture, _pooling, _exponent, _fixedExponent, _whitening];

    public IEnumerable<Option> All => [.. Description, _weights];

    /// <summary>Whether the network starts from given weights.</summary>
    public bool HasWeights(Session session) => session.Value(_weights) is not null;

    /// <summary>Makes the network that the options describe, with its weights.</summary>
    public RetrievalModel Create(Session session, Device device) => Create(session, device, session.Value(_weights));

    /// <summary>Makes the network that the options describe.</summary>
    /// <param name="session">The user's values.</param>
    /// <param name="device">Where it lives.</param>
    /// <param name="weights">The file of its weights; null to draw them from the seed.</param>
    public RetrievalModel Create(Session session, Device device, string? weights)
    {
        var description = Session.Checked(() => Describe(session));
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

    private NetworkDescription Describe(Session session)
    {
        var head = new HeadDescription(HeadDescription.ParsePooling(session.Value(_pooling)!), session.Value(_exponent), !session.Value(_fixedExponent), session.Value(_whitening));
        var description = new NetworkDescription(BackboneDescription.Parse(session.Value(_architecture)!), head, ImageNormalization.ImageNet);
        description.Validate();
        return description;
    }
}
