namespace Retrieval.Host.Backends.Cpu;

internal sealed unsafe partial class CpuBackend
{
    public void TopK(Tensor queries, Tensor database, Tensor squaredNorms, SearchMetric metric, Tensor scores, Tensor rows, long firstRow, bool merge) =>
        _team.For(queries.Shape[0], new SearchQuery(queries, database, squaredNorms, metric, scores, rows, firstRow, merge));

    private readonly struct SearchQuery(Tensor queries, Tensor database, Tensor squaredNorms, SearchMetric metric, Tensor scores, Tensor rows, long firstRow, bool merge) : IParallelBody
    {
        public void Run(int index, int worker)
        {
            int dimension = queries.Shape[1], wanted = scores.Shape[1];
            var query = queries.Pointer<float>() + ((long)index * dimension);
            var best = new List<(float Score, long Row)>();
            for (var i = 0; merge && i < wanted; i++)
                if (rows.Pointer<long>()[((long)index * wanted) + i] is >= 0 and var row)
                    best.Add((scores.Pointer<float>()[((long)index * wanted) + i], row));
            var norm = DirectLoops.Dot(query, query, dimension);
            for (var row = 0; row < database.Shape[0]; row++)
            {
                var score = DirectLoops.Dot(query, database.Pointer<float>() + ((long)row * dimension), dimension);
                if (metric == SearchMetric.SquaredEuclidean)
                    score = (2 * score) - squaredNorms.Pointer<float>()[row] - norm;
                best.Add((score, firstRow + row));
            }
            best.Sort((left, right) => right.Score.CompareTo(left.Score) is var order && order != 0 ? order : left.Row.CompareTo(right.Row));
            for (var i = 0; i < wanted; i++)
                (scores.Pointer<float>()[((long)index * wanted) + i], rows.Pointer<long>()[((long)index * wanted) + i]) = i < best.Count ? best[i] : (float.NegativeInfinity, -1);
        }
    }
}
