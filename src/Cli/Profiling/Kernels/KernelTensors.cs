using Retrieval.Host;
using Retrieval.Imaging;
using Retrieval.Models.Heads;

namespace Retrieval.Cli.Profiling.Kernels;

/// <summary>Tensors of a benchmark, filled without sending their values over the bus. Disposing returns them.</summary>
internal sealed class KernelTensors(Device device, ulong seed) : IDisposable
{
    private const int BlockLength = 1 << 20;

    private readonly List<Tensor> _rented = [];
    private readonly List<PoolRegions> _regions = [];
    private readonly Dictionary<ElementType, Tensor> _blocks = [];

    public Operators Operators => device.Operators;

    /// <summary>Memory as it comes, for results.</summary>
    public Tensor Empty(Shape shape, ElementType type = ElementType.Float32)
    {
        var tensor = device.Rent(shape, type, MemoryPurpose.Workspace);
        _rented.Add(tensor);
        return tensor;
    }

    /// <summary>Zeros.</summary>
    public Tensor Zeros(Shape shape) => Constant(shape, 0);

    public Tensor Constant(Shape shape, float value)
    {
        var tensor = Empty(shape);
        Operators.Fill(tensor, value);
        return tensor;
    }

    public Tensor Of<T>(Shape shape, ReadOnlySpan<T> values) where T : unmanaged
    {
        var tensor = device.Rent(shape, values, MemoryPurpose.Workspace);
        _rented.Add(tensor);
        return tensor;
    }

    /// <summary>As <see cref="Random"/>, in double precision.</summary>
    public Tensor Doubles(Shape shape)
    {
        var random = new SeededRandom(seed, stream: 2);
        var values = new double[shape.Count];
        foreach (ref var value in values.AsSpan())
            value = random.NextDouble(-1, 1);
        return Of<double>(shape, values);
    }

    /// <summary>Values uniform in [-1, 1); those of a large tensor repeat after a million.</summary>
    public Tensor Random(Shape shape, ElementType type = ElementType.Float32)
    {
        var tensor = Empty(shape, type);
        var flat = tensor.Reshape(new Shape(checked((int)shape.Count)));
        var length = (int)Math.Min(BlockLength, shape.Count);
        Operators.Copy(Block(type).Slice(0, length), flat.Slice(0, length));
        for (; length < flat.Count; length *= 2)
        {
            var more = (int)Math.Min(length, flat.Count - length);
            Operators.Copy(flat.Slice(0, more), flat.Slice(length, more));
            if (more < length)
                break;
        }
        return tensor;
    }

    /// <summary>The regions of R-MAC in maps of a shape [N, H, W, C].</summary>
    public PoolRegions Regions(Shape map)
    {
        var regions = new PoolRegions(device, map[1], map[2], RmacGrid.Regions(map[1], map[2], levels: 3));
        _regions.Add(regions);
        return regions;
    }

    public void Dispose()
    {
        foreach (var regions in _regions)
            regions.Dispose();
        for (var i = _rented.Count - 1; i >= 0; i--)
            device.Return(_rented[i]);
    }

    private Tensor Block(ElementType type)
    {
        if (_blocks.TryGetValue(type, out var block))
            return block;
        if (type == ElementType.BFloat16)
        {
            block = Empty(new Shape(BlockLength), type);
            Operators.Cast(Block(ElementType.Float32), block);
        }
        else
        {
            var random = new SeededRandom(seed, stream: 1);
            var values = new float[BlockLength];
            foreach (ref var value in values.AsSpan())
                value = (float)random.NextDouble(-1, 1);
            block = Of<float>(new Shape(BlockLength), values);
        }
        return _blocks[type] = block;
    }
}
