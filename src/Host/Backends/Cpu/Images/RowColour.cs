using System.Numerics;

namespace Retrieval.Host.Backends.Cpu;

/// <summary>
/// The changes of colour of a row of pixels on the scale of bytes, 0 to 255, step by step as colour.cuh makes them. The row lies in three
/// planes, red, green and blue, each of a whole number of registers; what stands behind the last pixel does not matter.
/// </summary>
/// <param name="planes">[3, stride].</param>
/// <param name="stride">Floats of a plane: <see cref="Stride"/> of the width.</param>
internal readonly unsafe struct RowColour(float* planes, int stride)
{
    private const float Levels = 255;

    private float* Red => planes;

    private float* Green => planes + stride;

    private float* Blue => planes + (2 * stride);

    /// <summary>Floats of a plane for rows of so many pixels.</summary>
    public static int Stride(int width) => (width + Vector<float>.Count - 1) / Vector<float>.Count * Vector<float>.Count;

    /// <summary>Makes all steps, or those before <paramref name="end"/>.</summary>
    /// <param name="colour">The steps and their amounts.</param>
    /// <param name="mean">Mean luminance of the picture where contrast comes.</param>
    /// <param name="end">A step, or 0.</param>
    public void Change(in ImageColour colour, float mean, int end = 0)
    {
        for (var steps = colour.Steps; steps != 0 && (steps & ImageColour.StepMask) != end; steps >>= ImageColour.BitsPerStep)
            switch (steps & ImageColour.StepMask)
            {
                case 1:
                    Scale(Vector3.Zero, colour.Brightness);
                    break;
                case ImageColour.ContrastStep:
                    Spread(new Vector<float>(mean), colour.Contrast);
                    break;
                case 3:
                    Saturate(colour.Saturation);
                    break;
                case 4:
                    TurnHue(colour.Hue);
                    break;
                default:
                    Scale(Levels * new Vector3(colour.LightRed, colour.LightGreen, colour.LightBlue), colour.LightGain);
                    break;
            }
    }

    /// <summary>Sum of the luminance of the first <paramref name="width"/> pixels.</summary>
    public float Luminance(int width)
    {
        var sums = Vector<float>.Zero;
        var x = 0;
        for (; x <= width - Vector<float>.Count; x += Vector<float>.Count)
            sums += LuminanceAt(x);
        var sum = Vector.Sum(sums);
        for (; x < width; x++)
            sum += (0.299f * Red[x]) + (0.587f * Green[x]) + (0.114f * Blue[x]);
        return sum;
    }

    private Vector<float> LuminanceAt(int x) => (0.299f * Vector.Load(Red + x)) + (0.587f * Vector.Load(Green + x)) + (0.114f * Vector.Load(Blue + x));

    private void Scale(Vector3 offset, float gain)
    {
        for (var x = 0; x < stride; x += Vector<float>.Count)
            Store(x, (Vector.Load(Red + x) + new Vector<float>(offset.X)) * gain, (Vector.Load(Green + x) + new Vector<float>(offset.Y)) * gain, (Vector.Load(Blue + x) + new Vector<float>(offset.Z)) * gain);
    }

    private void Spread(Vector<float> grey, float factor)
    {
        for (var x = 0; x < stride; x += Vector<float>.Count)
            Store(x, grey + (factor * (Vector.Load(Red + x) - grey)), grey + (factor * (Vector.Load(Green + x) - grey)), grey + (factor * (Vector.Load(Blue + x) - grey)));
    }

    private void Saturate(float factor)
    {
        for (var x = 0; x < stride; x += Vector<float>.Count)
        {
            var grey = LuminanceAt(x);
            Store(x, grey + (factor * (Vector.Load(Red + x) - grey)), grey + (factor * (Vector.Load(Green + x) - grey)), grey + (factor * (Vector.Load(Blue + x) - grey)));
        }
    }

    /// <summary>Turns the hue; value and saturation stay: each colour is max - range clamp(min(k, 4 - k)), k its distance from the hue in sixths of the circle.</summary>
    private void TurnHue(float turn)
    {
        // Two circles more, so that it stays above 0.
        var shift = new Vector<float>((6 * turn) + 12);
        for (var x = 0; x < stride; x += Vector<float>.Count)
        {
            Vector<float> red = Vector.Load(Red + x), green = Vector.Load(Green + x), blue = Vector.Load(Blue + x);
            Vector<float> most = Vector.Max(red, Vector.Max(green, blue)), range = most - Vector.Min(red, Vector.Min(green, blue));
            var divisor = Vector.ConditionalSelect(Vector.GreaterThan(range, Vector<float>.Zero), range, Vector<float>.One);
            var hue = Vector.ConditionalSelect(Vector.Equals(most, red), (green - blue) / divisor,
                Vector.ConditionalSelect(Vector.Equals(most, green), new Vector<float>(2) + ((blue - red) / divisor), new Vector<float>(4) + ((red - green) / divisor))) + shift;
            Store(x, Part(hue + new Vector<float>(5), most, range), Part(hue + new Vector<float>(3), most, range), Part(hue + Vector<float>.One, most, range));
        }
    }

    private static Vector<float> Part(Vector<float> place, Vector<float> most, Vector<float> range)
    {
        var distance = place - (6 * Vector.Floor(place / new Vector<float>(6)));
        return most - (range * Vector.Max(Vector<float>.Zero, Vector.Min(Vector<float>.One, Vector.Min(distance, new Vector<float>(4) - distance))));
    }

    private void Store(int x, Vector<float> red, Vector<float> green, Vector<float> blue)
    {
        Vector<float> black = Vector<float>.Zero, white = new(Levels);
        Vector.Store(Vector.Max(black, Vector.Min(white, red)), Red + x);
        Vector.Store(Vector.Max(black, Vector.Min(white, green)), Green + x);
        Vector.Store(Vector.Max(black, Vector.Min(white, blue)), Blue + x);
    }
}
