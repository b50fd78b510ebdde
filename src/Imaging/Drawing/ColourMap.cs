namespace Retrieval.Imaging.Drawing;

/// <summary>A perceptual colour scale from black over purple and orange to pale yellow: equal steps in value look equally large.</summary>
public static class ColourMap
{
    private static readonly Rgb[] Stops =
    [
        new(0, 0, 4), new(31, 12, 72), new(85, 15, 109), new(136, 34, 106), new(186, 54, 85), new(227, 89, 51), new(249, 140, 10), new(249, 201, 50), new(252, 255, 164),
    ];

    /// <summary>The colour of a value; below 0 and above 1 the ends', for NaN the lower end's.</summary>
    public static Rgb At(float value)
    {
        var position = (value > 0 ? Math.Min(value, 1) : 0) * (Stops.Length - 1);
        var stop = Math.Min((int)position, Stops.Length - 2);
        Rgb low = Stops[stop], high = Stops[stop + 1];
        var share = position - stop;
        return new Rgb(Mix(low.Red, high.Red, share), Mix(low.Green, high.Green, share), Mix(low.Blue, high.Blue, share));
    }

    internal static byte Mix(byte from, byte to, float share) => (byte)MathF.Round(from + ((to - from) * share));
}
