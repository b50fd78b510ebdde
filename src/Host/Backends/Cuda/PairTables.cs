namespace Retrieval.Host.Backends.Cuda;

/// <summary>Addresses of tables with a place for each pair that a loss looks at: who it is with, at which distance, and its factor in the gradient.</summary>
internal readonly struct PairTables
{
    private readonly Tensor _workspace;

    /// <summary>A positive and a negative a row, in the outputs that were asked for, else in scratch memory.</summary>
    public PairTables(Device device, int rows, HardestPairs hardest)
    {
        Count = rows;
        _workspace = CudaBackend.RentWorkspace(device, 6L * rows * sizeof(float));
        (Positives, Negatives, PositiveDistances, NegativeDistances) = hardest.AreWanted
            ? (hardest.Positives.Address, hardest.Negatives.Address, hardest.PositiveDistances.Address, hardest.NegativeDistances.Address)
            : (Column(2), Column(3), Column(4), Column(5));
        (Towards, Away) = (Column(0), Column(1));
    }

    /// <summary>Pairs that are given.</summary>
    public PairTables(Tensor positives, Tensor negatives)
    {
        Count = checked((int)positives.Count);
        _workspace = CudaBackend.RentWorkspace(positives.Device, 4L * Count * sizeof(float));
        (Positives, Negatives) = (positives.Address, negatives.Address);
        (Towards, Away, PositiveDistances, NegativeDistances) = (Column(0), Column(1), Column(2), Column(3));
    }

    /// <summary>Places of a table.</summary>
    public int Count { get; }

    public nint Positives { get; }

    public nint Negatives { get; }

    public nint PositiveDistances { get; }

    public nint NegativeDistances { get; }

    public nint Towards { get; }

    public nint Away { get; }

    public void Return() => _workspace.Device?.Return(_workspace);

    private nint Column(int number) => _workspace.Address + (nint)((long)number * Count * sizeof(float));
}
