namespace Retrieval.Host.Backends.Cpu.Classes;

/// <summary>Adds the gradients of a centre loss, some dimensions at a time, rows in rising order.</summary>
internal readonly unsafe struct CenterGradients(ClassRows rows, int dimension, float* x, float* centers, float factor, float* dx, float* dCenters) : IParallelBody
{
    private const int Width = 256;

    public int Count => (dimension + Width - 1) / Width;

    public void Run(int index, int worker)
    {
        int first = index * Width, width = Math.Min(Width, dimension - first);
        for (var row = 0; row < rows.Count; row++)
        {
            if (!rows.IsReal(row))
                continue;
            long at = ((long)row * dimension) + first, center = ((long)rows.Label(row) * dimension) + first;
            LaneSweep.Run(new DifferenceKernel(factor, x + at, centers + center, 0, dx + at), 0, width);
            LaneSweep.Run(new DifferenceKernel(factor, centers + center, x + at, 0, dCenters + center), 0, width);
        }
    }
}
