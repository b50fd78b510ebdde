namespace Retrieval.Host.Diagnostics;

/// <summary>Tells a profiler of the platform what the calling thread is about.</summary>
internal interface ICallRanges
{
    /// <summary>Begins a range, inside any that the thread has begun before.</summary>
    void Push(string name);

    /// <summary>Ends the thread's innermost range.</summary>
    void Pop();
}
