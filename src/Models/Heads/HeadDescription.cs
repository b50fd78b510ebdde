namespace Retrieval.Models.Heads;

/// <summary>What stands behind the backbone.</summary>
/// <param name="Pooling">How the activation map becomes a vector.</param>
/// <param name="Exponent">Where p starts; used by the generalised means.</param>
/// <param name="LearnExponent">Whether p is trained.</param>
/// <param name="WhiteningDimensions">Output dimension of a linear layer with a second L2 normalisation behind the pooling; 0 for none.</param>
/// <param name="Neck">Whether a batch-norm neck stands between pooling and L2, as in re-identification networks.</param>
public sealed record HeadDescription(PoolingKind Pooling, float Exponent = 3, bool LearnExponent = true, int WhiteningDimensions = 0, bool Neck = false)
{
    /// <summary>Parses the command line's words: mac, spoc, gem, gemmp (an exponent per channel).</summary>
    /// <exception cref="ArgumentException">No such pooling.</exception>
    public static PoolingKind ParsePooling(string word) => word switch
    {
        "mac" => PoolingKind.Mac,
        "spoc" => PoolingKind.Spoc,
        "gem" => PoolingKind.Gem,
        "gemmp" => PoolingKind.GemPerChannel,
        _ => throw new ArgumentException($"pooling: expected mac, spoc, gem or gemmp, got '{word}'"),
    };

    /// <summary>The command line's word for a pooling.</summary>
    public static string Word(PoolingKind pooling) => pooling == PoolingKind.GemPerChannel ? "gemmp" : pooling.ToString().ToLowerInvariant();

    /// <summary>Dimension of the vectors that the pooling makes of maps with so many channels.</summary>
    public int PooledDimension(int channels) => channels;

    /// <summary>Makes the pooling, with its parameters.</summary>
    /// <param name="parameters">Where its parameters are made.</param>
    /// <param name="channels">Channels of the activation maps.</param>
    public IPooling CreatePooling(ParameterSet parameters, int channels) => new PoolingHead(parameters, this, channels);

    /// <summary>Checks every field.</summary>
    /// <exception cref="ArgumentException">A field is out of range.</exception>
    public void Validate()
    {
        if (!(Exponent is > 0 and <= 100))
            throw new ArgumentException($"p: expected above 0 and at most 100, got {Exponent}");
        if (WhiteningDimensions is < 0 or > 65536)
            throw new ArgumentException($"whitening dimensions: expected 0 to 65536, got {WhiteningDimensions}");
    }
}
