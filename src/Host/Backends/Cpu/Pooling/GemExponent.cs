namespace Retrieval.Host.Backends.Cpu;

/// <summary>GeM's exponent within a run of channels: whole numbers up to 8 that all channels share are raised by multiplication.</summary>
internal readonly unsafe struct GemExponent
{
    private const int LargestWhole = 8;

    private readonly float* _values;
    private readonly bool _shared;

    public GemExponent(Tensor p)
    {
        _values = p.Pointer<float>();
        _shared = p.Count == 1;
        Whole = AllSame(_values, p.Count) && _values[0] is >= 1 and <= LargestWhole && _values[0] == (int)_values[0] ? (int)_values[0] : 0;
    }

    /// <summary>The exponent when it is a small whole number everywhere, else 0.</summary>
    public int Whole { get; }

    /// <summary>Writes the exponents of the channels from <paramref name="channel"/> on.</summary>
    public void Expand(int channel, Span<float> exponents)
    {
        if (_shared)
            exponents.Fill(_values[0]);
        else
            new ReadOnlySpan<float>(_values + channel, exponents.Length).CopyTo(exponents);
    }

    private static bool AllSame(float* values, long count)
    {
        for (var i = 1L; i < count; i++)
        {
            if (values[i] != values[0])
                return false;
        }
        return true;
    }
}
