namespace Retrieval.Host.Backends.Cpu;

/// <summary>What is done to a run of elements; the arrays are the kernel's fields.</summary>
internal interface ILaneKernel
{
    /// <summary>Does the elements from <paramref name="index"/> on, as many as there are lanes. To be inlined.</summary>
    void Apply<TLanes>(long index) where TLanes : unmanaged, ILanes<TLanes>;
}
