using System.Numerics;

namespace Retrieval.Host.Backends.Cpu;

internal sealed unsafe partial class CpuBackend
{
    public void PrepareImages(Tensor pixels, ReadOnlySpan<ImageSource> images, ReadOnlySpan<float> mean, ReadOnlySpan<float> std, Tensor y)
    {
        long blendLength = 0, contrasts = 0;
        foreach (ref readonly var image in images)
        {
            blendLength = Math.Max(blendLength, (TriangleTaps.Extent(image.Left, image.BoxWidth) * 3L) + Vector<byte>.Count);
            contrasts += image.Colour.HasContrast ? 1 : 0;
        }
        int height = y.Shape[1], width = y.Shape[2], rows = checked(images.Length * height);
        var sums = contrasts == 0 ? 0 : rows;
        var workspace = RentWorkspace(y.Device, sums + (_team.Size * blendLength));
        var scale = new Vector3(LevelScale(std[0]), LevelScale(std[1]), LevelScale(std[2]));
        var shift = -new Vector3(mean) / new Vector3(std);
        fixed (ImageSource* sources = images)
        {
            var finish = new ImageFinish(sources, height, width, workspace.Pointer<float>(), scale, shift, y.Pointer<float>());
            _team.For(rows, new ImageRows(finish, pixels.Pointer<byte>(), workspace.Pointer<float>() + sums, blendLength));
            if (contrasts > 0)
                _team.For(rows, finish);
        }
        y.Device.Return(workspace);

        static float LevelScale(float std) => (float)(1 / (255.0 * std));
    }
}
