namespace Retrieval.Host.Backends.Cpu.Gemm;

/// <summary>
/// Some of a kernel's taps along one axis: Count taps, the first at First and each next one Step below it, out of Extent. An input pixel is
/// reached through every stride-th tap only; walked downwards they read the output's gradient upwards.
/// </summary>
internal readonly record struct TapSet(int Extent, int Count, int First, int Step)
{
    public static TapSet Single => new(1, 1, 0, 1);

    public int Tap(int index) => First - (index * Step);
}
