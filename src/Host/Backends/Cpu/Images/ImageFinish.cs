using System.Numerics;

namespace Retrieval.Host.Backends.Cpu;

/// <summary>What is done to the resized rows of a batch: changes of colour, normalisation, covering. As a body of its own it finishes the images whose mean luminance had to be known first.</summary>
/// <param name="images">[N].</param>
/// <param name="height">Rows of an image of the batch.</param>
/// <param name="width">Pixels of such a row.</param>
/// <param name="luminance">Sums of rows [N, height], for images with contrast.</param>
/// <param name="scale">Of red, green and blue.</param>
/// <param name="shift">Of red, green and blue.</param>
/// <param name="y">[N, height, width, 3].</param>
internal readonly unsafe struct ImageFinish(ImageSource* images, int height, int width, float* luminance, Vector3 scale, Vector3 shift, float* y) : IParallelBody
{
    private const int Channels = 3;
    private const float Levels = 255;

    public int Height => height;

    public int Width => width;

    public void Run(int index, int worker)
    {
        if (Image(index, out _).Colour.HasContrast)
            Finish(index);
    }

    /// <summary>The image that a row of the batch belongs to, and the row's place in it.</summary>
    public ref readonly ImageSource Image(int index, out int row)
    {
        (var image, row) = Math.DivRem(index, height);
        return ref images[image];
    }

    public float* Row(int index) => y + ((long)index * width * Channels);

    /// <summary>Notes the luminance of a row as contrast will find it.</summary>
    public void SumLuminance(int index)
    {
        var colour = new PixelColour(Image(index, out _).Colour);
        var pixel = Row(index);
        var sum = 0f;
        for (var column = 0; column < width; column++, pixel += Channels)
            sum += PixelColour.Luminance(colour.BeforeContrast(new Vector3(pixel[0], pixel[1], pixel[2])));
        luminance[index] = sum;
    }

    public void Finish(int index)
    {
        ref readonly var image = ref Image(index, out var row);
        var target = Row(index);
        if (image.Colour.Steps != 0)
            Recolour(new PixelColour(image.Colour, image.Colour.HasContrast ? MeanLuminance(index - row) : 0), target);
        for (var column = 0; column < width; column++)
            Store((Load(target + (column * Channels)) * scale) + shift, target + (column * Channels));
        var erased = image.Erased;
        if (row < erased.Top || row >= erased.Top + erased.Height)
            return;
        var colour = (new Vector3(erased.Red, erased.Green, erased.Blue) * Levels * scale) + shift;
        for (var column = erased.Left; column < erased.Left + erased.Width; column++)
            Store(colour, target + (column * Channels));
    }

    private void Recolour(in PixelColour colour, float* target)
    {
        for (var column = 0; column < width; column++)
            Store(colour.Apply(Load(target + (column * Channels))), target + (column * Channels));
    }

    private float MeanLuminance(int firstRow)
    {
        var sum = 0f;
        for (var row = firstRow; row < firstRow + height; row++)
            sum += luminance[row];
        return sum / (height * (float)width);
    }

    private static Vector3 Load(float* pixel) => new(pixel[0], pixel[1], pixel[2]);

    private static void Store(Vector3 value, float* pixel) => (pixel[0], pixel[1], pixel[2]) = (value.X, value.Y, value.Z);
}
