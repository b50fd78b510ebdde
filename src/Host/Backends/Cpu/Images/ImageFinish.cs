using System.Numerics;

namespace Retrieval.Host.Backends.Cpu;

/// <summary>What is done to the resized rows of a batch: changes of colour, normalisation, covering. As a body of its own it finishes the images whose mean luminance had to be known first.</summary>
/// <param name="images">[N].</param>
/// <param name="height">Rows of an image of the batch.</param>
/// <param name="width">Pixels of such a row.</param>
/// <param name="luminance">Sums of rows [N, height], for images with contrast.</param>
/// <param name="planes">Colours of a row [workers, 3, stride], for images whose colours change.</param>
/// <param name="scale">Of red, green and blue.</param>
/// <param name="shift">Of red, green and blue.</param>
/// <param name="y">[N, height, width, 3].</param>
internal readonly unsafe struct ImageFinish(ImageSource* images, int height, int width, float* luminance, float* planes, Vector3 scale, Vector3 shift, float* y) : IParallelBody
{
    private const int Channels = 3;
    private const float Levels = 255;

    public int Height => height;

    public int Width => width;

    public void Run(int index, int worker)
    {
        if (Image(index, out _).Colour.HasContrast)
            Finish(index, worker);
    }

    /// <summary>The image that a row of the batch belongs to, and the row's place in it.</summary>
    public ref readonly ImageSource Image(int index, out int row)
    {
        (var image, row) = Math.DivRem(index, height);
        return ref images[image];
    }

    public float* Row(int index) => y + ((long)index * width * Channels);

    /// <summary>Notes the luminance of a row as contrast will find it.</summary>
    public void SumLuminance(int index, int worker)
    {
        var colours = Split(Row(index), worker);
        colours.Change(Image(index, out _).Colour, mean: 0, ImageColour.ContrastStep);
        luminance[index] = colours.Luminance(width);
    }

    public void Finish(int index, int worker)
    {
        ref readonly var image = ref Image(index, out var row);
        var target = Row(index);
        if (image.Colour.Steps != 0)
        {
            Split(target, worker).Change(image.Colour, image.Colour.HasContrast ? MeanLuminance(index - row) : 0);
            Join(worker, target);
        }
        for (var column = 0; column < width; column++)
            Store((Load(target + (column * Channels)) * scale) + shift, target + (column * Channels));
        var erased = image.Erased;
        if (row < erased.Top || row >= erased.Top + erased.Height)
            return;
        var colour = (new Vector3(erased.Red, erased.Green, erased.Blue) * Levels * scale) + shift;
        for (var column = erased.Left; column < erased.Left + erased.Width; column++)
            Store(colour, target + (column * Channels));
    }

    private float* Planes(int worker) => planes + ((long)worker * Channels * RowColour.Stride(width));

    private RowColour Split(float* row, int worker)
    {
        var stride = RowColour.Stride(width);
        var red = Planes(worker);
        for (var column = 0; column < width; column++, row += Channels)
            (red[column], red[column + stride], red[column + (2 * stride)]) = (row[0], row[1], row[2]);
        return new RowColour(red, stride);
    }

    private void Join(int worker, float* row)
    {
        var stride = RowColour.Stride(width);
        var red = Planes(worker);
        for (var column = 0; column < width; column++, row += Channels)
            (row[0], row[1], row[2]) = (red[column], red[column + stride], red[column + (2 * stride)]);
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
