namespace Retrieval.Host.Diagnostics;

/// <summary>
/// Times what a device does, as the device itself sees it: marks among the work that is given to it, and the time between two of
/// them. Marking waits for nothing. Any thread may mark; the marks are numbered in the order in which they are made.
/// </summary>
public interface IDeviceClock : IDisposable
{
    /// <summary>Marks the moment at which the device has done all that was given to it before.</summary>
    /// <returns>The mark's number, from 0 up.</returns>
    int Mark();

    /// <summary>Milliseconds from one mark to a later one. Waits until the device has reached the later.</summary>
    double ElapsedMs(int from, int to);

    /// <summary>Forgets all marks; their memory is used again and their numbers begin at 0.</summary>
    void Clear();
}
