namespace Retrieval.Host.Diagnostics;

/// <summary>
/// Times large copies and products. Their size grows until a call takes long enough for the clock and to leave the caches behind, so
/// that the same code suits a GPU, a processor and the simulator.
/// </summary>
internal sealed class CeilingMeasurement(Device device) : IDisposable
{
    private const double LongEnoughMs = 20;
    private const int Repetitions = 5;

    /// <summary>Bytes of one tensor of the largest copy, and the largest extent of a product.</summary>
    private const long LargestCopy = 1L << 30;
    private const int LargestExtent = 8192;

    // Constant values draw less power, and so run faster on some hardware, than any that a network has.
    private readonly float[] _values = Values(1 << 20);
    private readonly IDeviceClock _clock = device.CreateClock();

    /// <summary>Bytes a second.</summary>
    public double CopyRate()
    {
        for (var byteCount = 4L << 20; ; byteCount *= 4)
        {
            var shape = new Shape((int)(byteCount / sizeof(float)));
            Tensor source = Rent(shape), target = Rent(shape);
            var milliseconds = Best(() => device.Operators.Copy(source, target));
            device.Return(target);
            device.Return(source);
            if (milliseconds >= LongEnoughMs || byteCount * 4 > LargestCopy)
                return 2 * byteCount / milliseconds * 1e3;
        }
    }

    /// <summary>FLOP a second of C = A B, all square and Float32.</summary>
    public double ProductRate() => LargestRate(extent =>
    {
        var shape = new Shape(extent, extent);
        Tensor a = Rent(shape), b = Rent(shape), c = Rent(shape);
        var milliseconds = Best(() => device.Operators.MatrixProduct(a, b, c));
        foreach (var tensor in (ReadOnlySpan<Tensor>)[c, b, a])
            device.Return(tensor);
        return milliseconds;
    });

    /// <summary>FLOP a second of the same product of BFloat16 tensors, which is a convolution with a window of one element.</summary>
    public double BFloat16Rate() => LargestRate(extent =>
    {
        var map = new Shape(extent / 64, 8, 8, extent);
        var window = ConvolutionGeometry.Square(1);
        Tensor x = RentBFloat16(map), w = RentBFloat16(new Shape(extent, 1, 1, extent)), y = RentBFloat16(map);
        var milliseconds = Best(() => device.Operators.Convolution(x, w, window, y));
        foreach (var tensor in (ReadOnlySpan<Tensor>)[y, w, x])
            device.Return(tensor);
        return milliseconds;
    });

    public void Dispose() => _clock.Dispose();

    private static double LargestRate(Func<int, double> product)
    {
        for (var extent = 64; ; extent *= 2)
        {
            var milliseconds = product(extent);
            if (milliseconds >= LongEnoughMs || extent == LargestExtent)
                return 2.0 * extent * extent * extent / milliseconds * 1e3;
        }
    }

    private Tensor Rent(Shape shape)
    {
        var tensor = device.Rent(shape, ElementType.Float32, MemoryPurpose.Workspace);
        var piece = (int)Math.Min(_values.Length, tensor.Count);
        var pieces = tensor.Reshape(new Shape((int)(tensor.Count / piece), piece));
        for (var i = 0; i < pieces.Shape[0]; i++)
            pieces.Slice(i, 1).Upload<float>(_values.AsSpan(0, piece));
        return tensor;
    }

    private Tensor RentBFloat16(Shape shape)
    {
        var narrow = device.Rent(shape, ElementType.BFloat16, MemoryPurpose.Workspace);
        var wide = Rent(shape);
        device.Operators.Cast(wide, narrow);
        device.Return(wide);
        return narrow;
    }

    private static float[] Values(int count)
    {
        var random = new Random(1);
        var values = new float[count];
        foreach (ref var value in values.AsSpan())
            value = random.NextSingle() - 0.5f;
        return values;
    }

    /// <summary>Milliseconds of the fastest of a few calls, after one that warms up.</summary>
    private double Best(Action call)
    {
        call();
        device.Synchronize();
        var best = double.PositiveInfinity;
        for (var i = 0; i < Repetitions; i++)
        {
            _clock.Clear();
            var start = _clock.Mark();
            call();
            best = Math.Min(best, _clock.ElapsedMs(start, _clock.Mark()));
        }
        return best;
    }
}
