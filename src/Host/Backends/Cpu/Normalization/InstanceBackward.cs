namespace Retrieval.Host.Backends.Cpu;

/// <summary>dx = a g + b (x - mean) + c with each image's own values, last chunk first: it is still in the cache.</summary>
internal readonly unsafe struct InstanceBackward(ImageChunks map, ImageValues values, float* x, float* y, float* dy, float* dx) : IParallelBody
{
    private readonly ImageChunks _map = map;
    private readonly ImageValues _values = values;
    private readonly float* _x = x;
    private readonly float* _y = y;
    private readonly float* _dy = dy;
    private readonly float* _dx = dx;

    public void Run(int index, int worker)
    {
        var (image, chunk) = _map.At(_map.Count - 1 - index);
        var start = _map.Start(image);
        var kernel = new NormGradientKernel(_x + start, _y == null ? null : _y + start, _dy + start, _values.Wide(image), _dx + start);
        _map.Chunks.Body(chunk).Each(kernel);
        _map.Chunks.Rest(chunk).Each(kernel);
    }
}
