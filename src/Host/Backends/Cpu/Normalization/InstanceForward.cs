namespace Retrieval.Host.Backends.Cpu;

/// <summary>y = relu?( (x - mean) * scale + shift ) with each image's own values, last chunk first: it is still in the cache.</summary>
internal readonly unsafe struct InstanceForward(ImageChunks map, ImageValues values, float* x, bool relu, float* y) : IParallelBody
{
    private readonly ImageChunks _map = map;
    private readonly ImageValues _values = values;
    private readonly float* _x = x;
    private readonly bool _relu = relu;
    private readonly float* _y = y;

    public void Run(int index, int worker)
    {
        var (image, chunk) = _map.At(_map.Count - 1 - index);
        var wide = _values.Wide(image);
        var kernel = new ScaleShiftKernel(_x + _map.Start(image), wide[0], wide[1], wide[2], null, _relu, _y + _map.Start(image));
        _map.Chunks.Body(chunk).Each(kernel);
        _map.Chunks.Rest(chunk).Each(kernel);
    }
}
