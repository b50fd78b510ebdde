namespace Retrieval.Datasets.World;

/// <summary>What a stream of random numbers is for; streams of different purposes are independent.</summary>
internal enum RandomStream
{
    Landmark,
    Points,
    View,
    Film,
}
