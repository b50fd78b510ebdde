using Retrieval.Host.Backends.Cpu.Triplets;

namespace Retrieval.Host.Backends.Cpu.Margin;

/// <summary>Distances of a row's pairs: sqrt(|a - b|^2 + epsilon), 0 for no pair.</summary>
internal readonly unsafe struct PairDistances(PairRows rows, int perRow, float epsilon, TripletList list) : IParallelBody
{
    public void Run(int index, int worker)
    {
        for (var pair = (long)index * perRow; pair < ((long)index + 1) * perRow; pair++)
        {
            list.PositiveDistances[pair] = Distance(index, list.Positives[pair]);
            list.NegativeDistances[pair] = Distance(index, list.Positives[pair] < 0 ? -1 : list.Negatives[pair]);
        }
    }

    /// <exception cref="OperatorException">There is no such row.</exception>
    private float Distance(int row, int other) => other >= rows.Count
        ? throw new OperatorException("MarginLoss", $"row {row} is paired with row {other}, past the last")
        : other < 0 ? 0 : (float)Math.Sqrt(LaneSums.SquaredDistance(rows[row], rows[other], 0, rows.Dimension) + epsilon);
}
