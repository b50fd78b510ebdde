namespace Retrieval.Host.Backends.Cpu;

/// <summary>Sums g and g (x - mean) over each chunk of each image; the means lie at place 0 of the images' values.</summary>
internal readonly unsafe struct InstanceSums(ImageChunks map, ImageValues values, float* x, float* y, float* dy) : IParallelBody
{
    private readonly ImageChunks _map = map;
    private readonly ImageValues _values = values;
    private readonly float* _x = x;
    private readonly float* _y = y;
    private readonly float* _dy = dy;

    public void Run(int index, int worker)
    {
        var (image, chunk) = _map.At(index);
        var start = _map.Start(image);
        var fold = new NormGradientFold(_x + start, _y == null ? null : _y + start, _dy + start, _values.Wide(image)[0], null);
        MatrixSums<NormGradientFold>.SumChunk(fold, _map.Chunks, chunk, _values.Sums(image));
    }
}
