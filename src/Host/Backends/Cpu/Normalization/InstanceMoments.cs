namespace Retrieval.Host.Backends.Cpu;

/// <summary>The partial moments of each chunk of each image, about the chunk's own first row.</summary>
internal readonly unsafe struct InstanceMoments(ImageChunks map, float* x, ImageValues values) : IParallelBody
{
    private readonly ImageChunks _map = map;
    private readonly float* _x = x;
    private readonly ImageValues _values = values;

    public void Run(int index, int worker)
    {
        var (image, chunk) = _map.At(index);
        var x = _x + _map.Start(image);
        MatrixSums<MomentFold>.SumChunk(new MomentFold(x, x + _map.Chunks.Start(chunk)), _map.Chunks, chunk, _values.Sums(image));
    }
}
