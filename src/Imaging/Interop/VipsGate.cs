namespace Retrieval.Imaging.Interop;

/// <summary>
/// Lets operations run side by side although libvips has one error text for the whole process: an operation that fails is
/// repeated alone, so that the reason given is its own.
/// </summary>
internal static class VipsGate
{
    private static readonly ReaderWriterLockSlim Gate = new();

    /// <exception cref="VipsException">The work failed, twice; the message belongs to it.</exception>
    internal static T Run<T>(Func<T> work)
    {
        Gate.EnterReadLock();
        try
        {
            return work();
        }
        catch (VipsException)
        {
            // Repeated below, alone.
        }
        finally
        {
            Gate.ExitReadLock();
        }

        Gate.EnterWriteLock();
        try
        {
            VipsException.Clear();
            return work();
        }
        finally
        {
            Gate.ExitWriteLock();
        }
    }
}
