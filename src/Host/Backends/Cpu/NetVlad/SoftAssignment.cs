using System.Runtime.CompilerServices;

namespace Retrieval.Host.Backends.Cpu;

/// <summary>The products W x of each location of a run become its soft assignment: softmax( s W x + b ), in place.</summary>
internal readonly unsafe struct SoftAssignment(RowRuns runs, float* assignment, float* scales, float* bias) : IParallelBody
{
    private readonly RowRuns _runs = runs;
    private readonly float* _assignment = assignment;
    private readonly float* _scales = scales;
    private readonly float* _bias = bias;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(int index, int worker)
    {
        for (var row = _runs.First(index); row < _runs.End(index); row++)
            LaneSoftmax.Run(_assignment + (row * _runs.Length), _runs.Length, _scales == null ? 1 : _scales[row], _bias);
    }
}
