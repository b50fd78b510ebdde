namespace Retrieval.Host.Backends.Cpu;

/// <summary>What each element of a matrix gives to the two sums of its column. It may also write results beside.</summary>
internal interface IColumnTerms
{
    void Terms<TLanes>(long index, int column, out TLanes first, out TLanes second) where TLanes : unmanaged, ILanes<TLanes>;
}
