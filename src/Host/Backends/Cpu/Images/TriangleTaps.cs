namespace Retrieval.Host.Backends.Cpu;

/// <summary>The pixels of one axis that an output pixel is made of, and their weights: a triangle that widens with the reduction, cut off at the box.</summary>
internal readonly struct TriangleTaps
{
    private readonly int _corner;
    private readonly float _centre, _narrowing;

    /// <param name="output">The output pixel.</param>
    /// <param name="outputs">Output pixels on the axis.</param>
    /// <param name="start">Where the box begins; it may begin before the image and end behind it.</param>
    /// <param name="length">Its length.</param>
    public TriangleTaps(int output, int outputs, float start, float length)
    {
        float scale = length / outputs, widening = Math.Max(scale, 1);
        // Counted from the box: in a large image a float has few bits left behind the point.
        _corner = (int)MathF.Floor(start);
        var place = start - _corner + ((output + 0.5f) * scale);
        First = Math.Max(0, (int)(place - widening + 0.5f)) + _corner;
        End = Math.Min(Extent(start, length), (int)(place + widening + 0.5f)) + _corner;
        _centre = place - 0.5f;
        _narrowing = 1 / widening;
    }

    public int First { get; }

    public int End { get; }

    /// <summary>Sum of the weights.</summary>
    public float Total
    {
        get
        {
            var sum = 0f;
            for (var pixel = First; pixel < End; pixel++)
                sum += Weight(pixel);
            return sum;
        }
    }

    /// <summary>Pixels that a box touches.</summary>
    public static int Extent(float start, float length) => (int)(MathF.Ceiling(start + length) - MathF.Floor(start));

    public float Weight(int pixel) => Math.Max(0, 1 - Math.Abs((pixel - _corner - _centre) * _narrowing));
}
