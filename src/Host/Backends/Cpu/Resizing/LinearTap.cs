namespace Retrieval.Host.Backends.Cpu;

/// <summary>Where an output coordinate falls in the source: between <see cref="Low"/> and <see cref="High"/>, at <see cref="Weight"/> of the way.</summary>
internal readonly struct LinearTap
{
    public LinearTap(int coordinate, float scale, int extent)
    {
        var position = Math.Clamp(((coordinate + 0.5) / scale) - 0.5, 0, extent - 1);
        Low = (int)position;
        High = Math.Min(Low + 1, extent - 1);
        Weight = (float)(position - Low);
    }

    public int Low { get; }

    public int High { get; }

    public float Weight { get; }
}
