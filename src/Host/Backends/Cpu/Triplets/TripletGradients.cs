namespace Retrieval.Host.Backends.Cpu.Triplets;

/// <summary>Adds the gradient of all triplets, some dimensions at a time, anchors in rising order.</summary>
/// <param name="rows">The rows.</param>
/// <param name="perRow">Triplets of a row.</param>
/// <param name="cosine">Whether distances are 1 - a . b; else they come from differences.</param>
/// <param name="list">All triplets, those of a row one after another.</param>
/// <param name="dx">Gradient of the rows of x.</param>
/// <param name="prototypes">What the rows behind those of x are made of.</param>
internal readonly unsafe struct TripletGradients(PairRows rows, int perRow, bool cosine, TripletList list, float* dx, Prototypes prototypes) : IParallelBody
{
    private const int Width = 256;

    public int Count => (rows.Dimension + Width - 1) / Width;

    public void Run(int index, int worker)
    {
        int first = index * Width, width = Math.Min(Width, rows.Dimension - first);
        prototypes.ClearGradient(first, width);
        for (long row = 0, triplet = 0; row < rows.Count; row++)
            for (var end = triplet + perRow; triplet < end; triplet++)
            {
                Add((int)row, list.Positives[triplet], list.Towards[triplet], first, width);
                Add((int)row, list.Negatives[triplet], list.Away[triplet], first, width);
            }
        prototypes.PassOn(dx, first, width);
    }

    private void Add(int row, int other, float factor, int first, int width)
    {
        if (factor == 0)
            return;
        float* a = rows[row] + first, b = rows[other] + first, da = Gradient(row) + first, db = Gradient(other) + first;
        if (cosine)
        {
            LaneSweep.Run(new AddScaledKernel(-factor, b, 1, da), 0, width);
            LaneSweep.Run(new AddScaledKernel(-factor, a, 1, db), 0, width);
        }
        else
        {
            LaneSweep.Run(new DifferenceKernel(factor, a, b, 0, da), 0, width);
            LaneSweep.Run(new DifferenceKernel(factor, b, a, 0, db), 0, width);
        }
    }

    private float* Gradient(int row) => row < prototypes.Count || prototypes.Count == 0
        ? dx + ((long)row * rows.Dimension)
        : prototypes.Gradient(row - prototypes.Count);
}
