namespace Retrieval.Host.Backends.Cpu;

/// <summary>What a negative costs beside a positive.</summary>
internal interface ITriplet
{
    /// <summary>Adds the gradients of the three rows, if the negative costs anything.</summary>
    /// <returns>What it costs.</returns>
    double Add(TupleGradients tuples, int query, int positive, int negative);
}
