using System.Globalization;
using Retrieval.Host;

namespace Retrieval.Cli.Jobs;

/// <summary>The memory that a job will rent on its device, found by doing its largest steps on a device that only counts. Scratch memory of operators is not in it, that of libraries is told apart.</summary>
/// <param name="PeakByteCount">The most that is rented at once.</param>
/// <param name="Purposes">The most that is rented at once for each purpose.</param>
/// <param name="LibraryByteCount">The most that libraries may take besides, for a moment; 0 where there are none.</param>
internal sealed record MemoryEstimate(long PeakByteCount, IReadOnlyList<(MemoryPurpose Purpose, long ByteCount)> Purposes, long LibraryByteCount = 0)
{
    private const double Mebibyte = 1 << 20, Gibibyte = 1 << 30;

    /// <summary>Estimates a job.</summary>
    /// <param name="device">Where it will run.</param>
    /// <param name="rehearse">Does the job's largest steps on the device that it is given.</param>
    /// <param name="convolves">Whether networks run.</param>
    public static MemoryEstimate Of(Device device, Action<Device> rehearse, bool convolves = true)
    {
        using var dry = Device.OpenDry(device);
        rehearse(dry);
        return new MemoryEstimate(dry.Memory.PeakByteCount, [.. dry.Memory.Uses.Select(use => (use.Purpose, use.Peak))], device.LibraryWorkspaceLimit(convolves));
    }

    /// <summary>Tells the user what a job will take, and warns where the device has less.</summary>
    /// <param name="session">Where the line goes.</param>
    /// <param name="device">Where the job will run.</param>
    /// <param name="cure">What to do if it takes too much, such as "lower --batch".</param>
    /// <param name="rehearse">Does the job's largest steps on the device that it is given.</param>
    /// <param name="convolves">Whether networks run.</param>
    public static void Tell(Session session, Device device, string cure, Action<Device> rehearse, bool convolves = true)
    {
        var estimate = Of(device, rehearse, convolves);
        // What this process has taken already serves the job, too.
        var available = device.FreeByteCount + device.Memory.ReservedByteCount;
        session.Progress.Note(estimate.Line(device.Name, available));
        if (estimate.Exceeds(available))
            session.Progress.Note($"warning: that is more than {device.Name} has free, so expect it to run out of memory: {cure}");
    }

    public bool Exceeds(long available) => PeakByteCount > available;

    /// <summary>Such as "memory: 2.1 GiB of 79.2 GiB free on cuda:0 (activations 1.5 GiB, parameters 92 MiB), and what operators use for a moment; libraries' workspaces: up to 1.0 GiB".</summary>
    public string Line(DeviceName device, long available)
    {
        var parts = Purposes.Where(use => use.ByteCount > 0).OrderByDescending(use => use.ByteCount).Select(use => $"{Word(use.Purpose)} {Size(use.ByteCount)}");
        return $"memory: {Size(PeakByteCount)} of {Size(available)} free on {device} ({string.Join(", ", parts)}), and what operators use for a moment"
            + (LibraryByteCount > 0 ? $"; libraries' workspaces: up to {Size(LibraryByteCount)}" : "");
    }

    private static string Word(MemoryPurpose purpose) => purpose == MemoryPurpose.OptimizerState ? "optimiser state" : purpose.ToString().ToLowerInvariant();

    private static string Size(long byteCount) => byteCount < Gibibyte
        ? (byteCount / Mebibyte).ToString("0.0 MiB", CultureInfo.InvariantCulture)
        : (byteCount / Gibibyte).ToString("0.0 GiB", CultureInfo.InvariantCulture);
}
