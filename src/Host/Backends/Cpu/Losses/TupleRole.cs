namespace Retrieval.Host.Backends.Cpu;

/// <summary>What a descriptor is in its tuple.</summary>
internal enum TupleRole
{
    Query,
    Positive,
    Negative,

    /// <summary>Stands where a negative may, costs nothing and has no gradient.</summary>
    Ignored,
}
