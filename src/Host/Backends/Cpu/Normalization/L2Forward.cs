using System.Runtime.CompilerServices;

namespace Retrieval.Host.Backends.Cpu;

/// <summary>y = x / (|x| + epsilon) for each row of a run.</summary>
internal readonly unsafe struct L2Forward(RowRuns runs, float* x, float epsilon, float* y, float* norms) : IParallelBody
{
    private readonly RowRuns _runs = runs;
    private readonly float* _x = x;
    private readonly float _epsilon = epsilon;
    private readonly float* _y = y;
    private readonly float* _norms = norms;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(int index, int worker)
    {
        var length = _runs.Length;
        for (var row = _runs.First(index); row < _runs.End(index); row++)
        {
            var x = _x + (row * length);
            var norm = Math.Sqrt(LaneSums.Dot(x, x, length));
            // A zero row without epsilon stays zero.
            var factor = norm + _epsilon > 0 ? (float)(1 / (norm + _epsilon)) : norm == 0 ? 0 : float.NaN;
            LaneSweep.Run(new AddScaledKernel(factor, x, 0, _y + (row * length)), 0, length);
            if (_norms != null)
                _norms[row] = (float)norm;
        }
    }
}
