namespace Retrieval.Host.Backends.Cpu;

/// <summary>What is done to the elements of arrays of one length; the pointers are the kernel's fields.</summary>
internal interface IElementKernel
{
    /// <summary>Does the elements from <paramref name="index"/> on, as many as there are lanes.</summary>
    void Apply<TLanes>(long index) where TLanes : unmanaged, ILanes<TLanes>;
}
