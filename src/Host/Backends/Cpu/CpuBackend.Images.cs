using System.Numerics;

namespace Retrieval.Host.Backends.Cpu;

internal sealed unsafe partial class CpuBackend
{
    public void PrepareImages(Tensor pixels, ReadOnlySpan<ImageSource> images, ImageDraw draw, ReadOnlySpan<float> mean, ReadOnlySpan<float> std, Tensor y, Tensor drawn)
    {
        var widest = 0;
        foreach (ref readonly var image in images)
            widest = Math.Max(widest, image.Width);
        long blendLength = (widest * 3L) + Vector<byte>.Count, jobFloats = (long)images.Length * sizeof(ImageJob) / sizeof(float);
        var workspace = RentWorkspace(y.Device, jobFloats + (_team.Size * blendLength));
        var jobs = workspace.Pointer<ImageJob>();
        for (var i = 0; i < images.Length; i++)
        {
            var part = PartDrawing.PartOf(images[i], draw);
            jobs[i] = new ImageJob(pixels.Address + (nint)images[i].Offset, images[i].Height, images[i].Width, part);
            if (!drawn.IsNone)
                WritePart(part, drawn.Pointer<float>() + (5L * i));
        }
        var scale = new Vector3(ScaleOf(std[0]), ScaleOf(std[1]), ScaleOf(std[2]));
        var shift = -new Vector3(mean) / new Vector3(std);
        int height = y.Shape[1], width = y.Shape[2];
        _team.For(checked(images.Length * height), new ImageRows(jobs, height, width, workspace.Pointer<float>() + jobFloats, blendLength, scale, shift, y.Pointer<float>()));
        y.Device.Return(workspace);

        static float ScaleOf(float std) => (float)(1 / (255.0 * std));
    }

    private static void WritePart(in ImagePart part, float* target) =>
        (target[0], target[1], target[2], target[3], target[4]) = (part.Left, part.Top, part.Width, part.Height, part.Flip ? 1 : 0);
}
