using Retrieval.Host;
using Retrieval.Imaging;

namespace Retrieval.Cli.Bench;

/// <summary>What a benchmark topic works with: the device, the options, the clock and the printer.</summary>
/// <param name="session">The user's values.</param>
/// <param name="device">Where everything runs.</param>
/// <param name="architecture">The backbone of the topics that run a network.</param>
/// <param name="repetitions">Timed calls of each case.</param>
internal sealed class BenchRun(Session session, Device device, string architecture, int repetitions)
{
    public Device Device => device;

    public string Architecture => architecture;

    public ulong Seed => (ulong)session.Seed;

    public int Threads => session.Threads;

    /// <summary>Times a call.</summary>
    public Timing Time(Action call) => Timing.Of(call, repetitions, session.Cancellation);

    /// <summary>Prints the line of a case.</summary>
    /// <param name="what">The topic.</param>
    /// <param name="sizes">The case.</param>
    /// <param name="timing">What was measured.</param>
    /// <param name="rate">Name of the rate; null for none.</param>
    /// <param name="unitsPerCall">What one call does, in the rate's units.</param>
    public void Print(string what, (string Key, object? Value)[] sizes, Timing timing, string? rate = null, double unitsPerCall = 0)
    {
        (string, object?)[] rates = rate is null ? [] : [(rate, Math.Round(unitsPerCall / timing.MedianMs * 1e3, 3))];
        session.Figures.PrintLine([("what", what), .. sizes, ("medianMs", Math.Round(timing.MedianMs, 4)), .. rates,
            ("fastestMs", Math.Round(timing.FastestMs, 4)), ("slowestMs", Math.Round(timing.SlowestMs, 4)),
            ("allocatedBytesPerCall", timing.AllocatedBytesPerCall), ("device", device.Name.ToString()), ("precision", device.Precision.Word()), ("threads", Threads)]);
    }

    /// <summary>Values uniform in [low, high); the same stream of the same seed gives the same ones.</summary>
    public float[] Uniform(int count, ulong stream, float low = 0, float high = 1)
    {
        var random = new SeededRandom(Seed, stream);
        var values = new float[count];
        for (var i = 0; i < values.Length; i++)
            values[i] = (float)random.NextDouble(low, high);
        return values;
    }

    /// <summary>Stops a benchmark whose result is wrong: its speed would mean nothing.</summary>
    /// <exception cref="InvalidOperationException">The value is further from the expected one than it may be.</exception>
    public static void Verify(string what, double expected, double got, double tolerance)
    {
        if (!(Math.Abs(got - expected) <= tolerance))
            throw new InvalidOperationException($"{what}: expected {expected:g9} within {tolerance:g2}, got {got:g9}");
    }
}
