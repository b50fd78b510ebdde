namespace Retrieval.Host.Backends.Cpu;

/// <summary>What a descriptor is in its tuple.</summary>
internal enum TupleRole
{
    Query,
    Positive,
    Negative,
}
