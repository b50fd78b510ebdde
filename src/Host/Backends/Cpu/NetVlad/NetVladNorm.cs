namespace Retrieval.Host.Backends.Cpu;

/// <summary>The two normalisations of NetVLAD: x / max(|x|, 1e-12).</summary>
internal static unsafe class NetVladNorm
{
    private const double Epsilon = 1e-12;

    /// <summary>The scale of a location whose length is at or below the least divisor.</summary>
    public const float LargestScale = (float)(1 / Epsilon);

    /// <summary>What a vector of this length is divided by.</summary>
    public static double Divisor(double norm) => Math.Max(norm, Epsilon);

    /// <summary>Whether the divisor follows the vector, so that its gradient counts.</summary>
    public static bool Follows(double norm) => norm > Epsilon;

    /// <summary>The divisor of all clusters together, after each was normalised by itself.</summary>
    public static double OfAll(float* norms, int clusters)
    {
        var sum = 0.0;
        for (var k = 0; k < clusters; k++)
        {
            var length = norms[k] / Divisor(norms[k]);
            sum += length * length;
        }
        return Divisor(Math.Sqrt(sum));
    }
}
