namespace Retrieval.Host;

/// <summary>The body of a parallel loop as a value: it captures what it needs in fields and allocates nothing.</summary>
public interface IParallelBody
{
    /// <summary>Does one piece of the work. Pieces run in any order on any thread of the team.</summary>
    /// <param name="index">Number of the piece.</param>
    /// <param name="worker">Number of the thread, 0 to team size - 1: for scratch memory of its own.</param>
    void Run(int index, int worker);
}
