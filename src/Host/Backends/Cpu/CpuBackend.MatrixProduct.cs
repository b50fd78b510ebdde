namespace Retrieval.Host.Backends.Cpu;

internal sealed unsafe partial class CpuBackend
{
    public void MatrixProduct(Tensor a, Tensor b, Tensor c, bool transposeA, bool transposeB, bool accumulate) =>
        _team.For(c.Shape[0], new ProductRow(a, b, c, transposeA, transposeB, accumulate));

    public void Linear(Tensor x, Tensor w, Tensor bias, Tensor y)
    {
        MatrixProduct(x, w, y, transposeA: false, transposeB: true, accumulate: false);
        for (var row = 0; row < (bias.IsNone ? 0 : y.Shape[0]); row++)
            DirectLoops.Axpy(1, bias.Pointer<float>(), y.Pointer<float>() + ((long)row * y.Shape[1]), y.Shape[1]);
    }

    private readonly struct ProductRow(Tensor a, Tensor b, Tensor c, bool transposeA, bool transposeB, bool accumulate) : IParallelBody
    {
        public void Run(int index, int worker)
        {
            int columns = c.Shape[1], inner = a.Shape[transposeA ? 0 : 1], rows = c.Shape[0];
            var target = c.Pointer<float>() + ((long)index * columns);
            if (!accumulate)
                new Span<float>(target, columns).Clear();
            if (transposeB && !transposeA)
            {
                for (var j = 0; j < columns; j++)
                    target[j] += DirectLoops.Dot(a.Pointer<float>() + ((long)index * inner), b.Pointer<float>() + ((long)j * inner), inner);
                return;
            }
            for (var k = 0; k < inner; k++)
            {
                var value = a.Pointer<float>()[transposeA ? ((long)k * rows) + index : ((long)index * inner) + k];
                if (!transposeB)
                    DirectLoops.Axpy(value, b.Pointer<float>() + ((long)k * columns), target, columns);
                else
                    for (var j = 0; j < columns; j++)
                        target[j] += value * b.Pointer<float>()[((long)j * inner) + k];
            }
        }
    }
}
