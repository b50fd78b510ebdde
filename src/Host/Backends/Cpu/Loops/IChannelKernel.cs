namespace Retrieval.Host.Backends.Cpu;

/// <summary>What is done to the elements of arrays [rows, C] with the help of values per channel [C].</summary>
internal interface IChannelKernel
{
    /// <summary>Does the elements from <paramref name="index"/> on, whose channels begin at <paramref name="channel"/>.</summary>
    void Apply<TLanes>(long index, int channel) where TLanes : unmanaged, ILanes<TLanes>;
}
