using System.Numerics;

namespace Retrieval.Host.Backends.Cpu;

internal sealed unsafe partial class CpuBackend
{
    public void PrepareImages(Tensor pixels, ReadOnlySpan<ImageSource> images, ReadOnlySpan<float> mean, ReadOnlySpan<float> std, Tensor y)
    {
        long blendLength = 0, contrasts = 0, changes = 0;
        foreach (ref readonly var image in images)
        {
            blendLength = Math.Max(blendLength, (TriangleTaps.Extent(image.Left, image.BoxWidth) * 3L) + Vector<byte>.Count);
            contrasts += image.Colour.HasContrast ? 1 : 0;
            changes += image.Colour.Steps;
        }
        int height = y.Shape[1], width = y.Shape[2], rows = checked(images.Length * height);
        var sums = contrasts == 0 ? 0 : rows;
        var planes = changes == 0 ? 0 : _team.Size * 3L * RowColour.Stride(width);
        var workspace = RentWorkspace(y.Device, sums + planes + (_team.Size * blendLength));
        var floats = workspace.Pointer<float>();
        var scale = new Vector3(LevelScale(std[0]), LevelScale(std[1]), LevelScale(std[2]));
        var shift = -new Vector3(mean) / new Vector3(std);
        fixed (ImageSource* sources = images)
        {
            var finish = new ImageFinish(sources, height, width, floats, floats + sums, scale, shift, y.Pointer<float>());
            _team.For(rows, new ImageRows(finish, pixels.Pointer<byte>(), floats + sums + planes, blendLength));
            if (contrasts > 0)
                _team.For(rows, finish);
        }
        y.Device.Return(workspace);

        static float LevelScale(float std) => (float)(1 / (255.0 * std));
    }
}
