namespace Retrieval.Host.Backends.Cpu.Triplets;

/// <summary>The triplets of all rows, as many a row, and by how much their differences count in the gradient. Arrays of one entry a triplet.</summary>
internal readonly unsafe struct TripletList(int* positives, int* negatives, float* positiveDistances, float* negativeDistances, float* towards, float* away)
{
    public int* Positives { get; } = positives;

    public int* Negatives { get; } = negatives;

    public float* PositiveDistances { get; } = positiveDistances;

    public float* NegativeDistances { get; } = negativeDistances;

    /// <summary>Factor of what the positive adds to the gradient; 0 for no triplet.</summary>
    public float* Towards { get; } = towards;

    /// <summary>Factor of what the negative adds.</summary>
    public float* Away { get; } = away;

    /// <summary>Floats of scratch memory.</summary>
    public static long FloatCount(long triplets) => 6 * triplets;

    /// <summary>Lies in the outputs that were asked for, else in scratch memory.</summary>
    public static TripletList Of(HardestPairs hardest, float* scratch, long triplets)
    {
        var floats = scratch + (4 * triplets);
        return hardest.AreWanted
            ? new TripletList(hardest.Positives.Pointer<int>(), hardest.Negatives.Pointer<int>(), hardest.PositiveDistances.Pointer<float>(),
                hardest.NegativeDistances.Pointer<float>(), floats, floats + triplets)
            : new TripletList((int*)scratch, (int*)scratch + triplets, scratch + (2 * triplets), scratch + (3 * triplets), floats, floats + triplets);
    }
}
