using Retrieval.Cli.Output;
using Retrieval.Host;
using Retrieval.Host.Diagnostics;

namespace Retrieval.Cli.Profiling.Kernels;

/// <summary>
/// Times every kernel of ours at the sizes that its file's head refers to, and what the libraries compute at those of ResNet-50, and holds it against what this device can do at best. One
/// that is bound by memory, and works long enough to be judged, should move 80 % of what a plain copy moves. A device that knows no
/// bfloat16 is spared those cases.
/// </summary>
internal sealed class KernelProfile(Session session, Device device, KernelSizes sizes, int repetitions)
{
    private const double EnoughShare = 0.8;

    /// <summary>What the ceilings allow to be done faster than this is bound by its launches.</summary>
    private const double JudgedMs = 0.01;

    /// <summary>Every case.</summary>
    public static IEnumerable<KernelCase> Cases(KernelSizes sizes) =>
        [.. MapKernels.Cases(sizes), .. PoolKernels.Cases(sizes), .. WeightedKernels.Cases(sizes), .. ParameterKernels.Cases(sizes), .. BatchKernels.Cases(sizes),
            .. NetVladKernels.Cases(sizes), .. LossKernels.Cases(sizes), .. ProductKernels.Cases(sizes), .. ConvolutionKernels.Cases(sizes)];

    /// <summary>Measures and prints; for programs each case as soon as it is known.</summary>
    public void Run()
    {
        var ceilings = Ceilings.Measure(device);
        session.Figures.Print(new FigureTable("ceilings", "What the device can do, measured", new("copy", "copy [bytes/s]", "0.00e0"), new("float32", "float32 products [FLOP/s]", "0.00e0"),
            new("bfloat16", "bfloat16 products [FLOP/s]", "0.00e0"), new("precision", "precision")).Add(ceilings.CopyRate, ceilings.ProductRate, ceilings.BFloat16Rate, device.Precision.ToString()));
        using var timer = new KernelTimer(device, sizes, repetitions);
        var table = Table();
        foreach (var item in Cases(sizes).Where(item => device.ComputesBFloat16 || item.Type != ElementType.BFloat16))
        {
            session.Cancellation.ThrowIfCancellationRequested();
            if (item.Type == ElementType.Float64 && !device.MultipliesFloat64)
                continue;
            table.Add(Row(item, timer.Time(item, (ulong)session.Seed), ceilings));
            if (!session.Json)
                continue;
            session.Figures.Print(table);
            table = Table();
        }
        if (!session.Json)
            session.Figures.Print(table);
    }

    private static FigureTable Table() => new("kernel", "Kernels", new("kernel", "kernel"), new("type", "type"), new("shape", "shape"),
        new("medianUs", "median [us]", "0.0"), new("fastestUs", "fastest", "0.0"), new("slowestUs", "slowest", "0.0"), new("bytes", "bytes"), new("flops", "FLOP"),
        new("bytesPerSecond", "bytes/s", "0.00e0"), new("share", "of the ceiling", "0.00"), new("bound", "bound by"), new("below", "below 80 %"));

    private static object?[] Row(KernelCase item, KernelTime time, Ceilings ceilings)
    {
        var (leastMs, nearest) = ceilings.Least(item.Work, item.Type);
        var share = leastMs / time.MedianMs;
        var bound = leastMs < JudgedMs ? "launch" : nearest == Bound.Memory ? "memory" : "arithmetic";
        return [item.Kernel, item.Type.ToString(), item.Shape.ToString(), 1e3 * time.MedianMs, 1e3 * time.FastestMs, 1e3 * time.SlowestMs, item.Work.Bytes, item.Work.Flops,
            item.Work.Bytes / time.MedianMs * 1e3, share, bound, bound == "memory" && share < EnoughShare];
    }
}
