namespace Retrieval.Host.Backends.Cpu;

/// <summary>What is done to the elements of a matrix with the help of values per column; the arrays are the kernel's fields.</summary>
internal interface IMatrixKernel
{
    /// <summary>Does the elements from <paramref name="index"/> on, which lie side by side in a row from <paramref name="column"/> on. To be inlined.</summary>
    void Apply<TLanes>(long index, long row, int column) where TLanes : unmanaged, ILanes<TLanes>;
}
