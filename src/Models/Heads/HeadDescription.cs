using System.Text.Json.Serialization;

namespace Retrieval.Models.Heads;

/// <summary>What stands behind the backbone.</summary>
/// <param name="Pooling">How the activation map becomes a vector.</param>
/// <param name="Exponent">Where p starts; used by the generalised means.</param>
/// <param name="LearnExponent">Whether p is trained.</param>
/// <param name="WhiteningDimensions">Output dimension of a linear layer with a second L2 normalisation behind the pooling; 0 for none.</param>
/// <param name="Neck">Whether a batch-norm neck stands between pooling and L2, as in re-identification networks.</param>
/// <param name="RegionLevels">Levels of squares of the regional poolings, besides the whole map.</param>
/// <param name="WhitenRegions">Whether regions' vectors go through a linear layer and a second L2 before they are added up.</param>
/// <param name="OwnMasks">For regional weighted GeM: whether each region makes its mask of its own activations alone; otherwise it is cut from the whole map's.</param>
/// <param name="Clusters">Clusters of NetVLAD and VLAD.</param>
/// <param name="Ghosts">Further clusters of NetVLAD that locations are assigned to and that are not aggregated (GhostVLAD).</param>
public sealed record HeadDescription(PoolingKind Pooling, float Exponent = 3, bool LearnExponent = true, int WhiteningDimensions = 0, bool Neck = false,
    int RegionLevels = 3, bool WhitenRegions = false, bool OwnMasks = false, int Clusters = 64, int Ghosts = 0)
{
    /// <summary>Whether the pooling is of the kind that starts from clustered local descriptors.</summary>
    [JsonIgnore]
    public bool AggregatesResiduals => Pooling is PoolingKind.NetVlad or PoolingKind.Vlad;

    /// <summary>Parses the command line's words: mac, spoc, gem, gemmp (an exponent per channel), wgem, wgemmp, rmac, rgem, rwgem, crow, netvlad, vlad.</summary>
    /// <exception cref="ArgumentException">No such pooling.</exception>
    public static PoolingKind ParsePooling(string word) => PoolingNames.Parse(word);

    /// <summary>The command line's word for a pooling.</summary>
    public static string Word(PoolingKind pooling) => PoolingNames.Of(pooling);

    /// <summary>Dimension of the vectors that the pooling makes of maps with so many channels.</summary>
    public int PooledDimension(int channels) => AggregatesResiduals ? checked(Clusters * channels) : channels;

    /// <summary>Makes the pooling, with its parameters.</summary>
    /// <param name="parameters">Where its parameters are made.</param>
    /// <param name="channels">Channels of the activation maps.</param>
    public IPooling CreatePooling(ParameterSet parameters, int channels)
    {
        Validate();
        return Pooling switch
        {
            PoolingKind.WeightedGem or PoolingKind.WeightedGemPerChannel => new WeightedPooling(parameters, this, channels),
            PoolingKind.RegionalMac => new RegionalPooling(parameters, this, channels, new RegionMax()),
            PoolingKind.RegionalGem => new RegionalPooling(parameters, this, channels, new RegionGem(new PoolExponent(parameters, this, 1), null, ownMasks: false)),
            PoolingKind.RegionalWeightedGem => new MaskedRegionalPooling(parameters, this, channels, new PoolExponent(parameters, this, 1), new MaskLayer(parameters, channels)),
            PoolingKind.Crow => new CrowPooling(parameters.Device, channels),
            PoolingKind.NetVlad or PoolingKind.Vlad => new NetVladHead(parameters, this, channels),
            _ => new PoolingHead(parameters, this, channels),
        };
    }

    /// <summary>Checks every field.</summary>
    /// <exception cref="ArgumentException">A field is out of range.</exception>
    public void Validate()
    {
        if (!(Exponent is > 0 and <= 100))
            throw new ArgumentException($"p: expected above 0 and at most 100, got {Exponent}");
        if (WhiteningDimensions is < 0 or > 65536)
            throw new ArgumentException($"whitening dimensions: expected 0 to 65536, got {WhiteningDimensions}");
        if (RegionLevels is < 1 or > 8)
            throw new ArgumentException($"region levels: expected 1 to 8, got {RegionLevels}");
        if (Clusters is < 2 or > 4096)
            throw new ArgumentException($"clusters: expected 2 to 4096, got {Clusters}");
        if (Ghosts is < 0 or > 1024 || (Ghosts > 0 && Pooling != PoolingKind.NetVlad))
            throw new ArgumentException($"ghosts: expected 0 to 1024 with netvlad and 0 with any other pooling, got {Ghosts}");
    }
}
