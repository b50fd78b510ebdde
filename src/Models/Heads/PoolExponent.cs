using Retrieval.Host;

namespace Retrieval.Models.Heads;

/// <summary>The exponent of a generalised mean: the parameter <c>pool.p</c>, one for all channels or one each.</summary>
internal sealed class PoolExponent
{
    private float _shared = 1;
    private int _readVersion = -1;

    public PoolExponent(ParameterSet parameters, HeadDescription description, int count) =>
        Parameter = parameters.Add("pool.p", description.LearnExponent ? ParameterRole.PoolExponent : ParameterRole.Statistic, new Shape(count), description.Exponent);

    public Parameter Parameter { get; }

    /// <summary>The exponent of all channels, 1 where each has its own. Waits for the device when it has changed.</summary>
    public float Shared
    {
        get
        {
            if (Parameter.Value.Count == 1 && _readVersion != Parameter.Version)
            {
                Parameter.Value.Download(new Span<float>(ref _shared));
                _readVersion = Parameter.Version;
            }
            return _shared;
        }
    }
}
