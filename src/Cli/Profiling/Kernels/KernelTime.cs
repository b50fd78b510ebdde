namespace Retrieval.Cli.Profiling.Kernels;

/// <summary>How long the device took for a call, in milliseconds.</summary>
internal readonly record struct KernelTime(double MedianMs, double FastestMs, double SlowestMs)
{
    /// <param name="milliseconds">A time for each call; is sorted.</param>
    public static KernelTime Of(double[] milliseconds)
    {
        Array.Sort(milliseconds);
        return new KernelTime((milliseconds[(milliseconds.Length - 1) / 2] + milliseconds[milliseconds.Length / 2]) / 2, milliseconds[0], milliseconds[^1]);
    }
}
