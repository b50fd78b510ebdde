using Retrieval.Host;
using Retrieval.Tests.Support;
using Xunit;

namespace Retrieval.Tests.Host;

/// <summary>Bilinear resizing against the definition.</summary>
public sealed class ResizeTests : OperatorTests
{
    [DeviceTheory]
    [InlineData(1, 1, 1, 1, 3, 4)]
    [InlineData(2, 5, 7, 3, 9, 4)]
    [InlineData(1, 13, 4, 17, 6, 8)]
    [InlineData(1, 9, 11, 33, 0, 3)]
    [InlineData(2, 6, 5, 32, 3, 31)]
    [InlineData(1, 3, 2, 8, 2, 307)]
    [InlineData(0, 3, 3, 4, 2, 2)]
    public void Resizes(DeviceName on, int images, int height, int width, int channels, int outHeight, int outWidth)
    {
        Open(on);
        float scaleY = outHeight == 0 ? 1 : (float)outHeight / height, scaleX = (float)outWidth / width;
        Shape from = new(images, height, width, channels), to = new(images, outHeight, outWidth, channels);
        foreach (var (type, shift) in MapKinds)
        {
            var values = Activations.Rounded(Reference.Random(from.Count, 1), type);
            using var x = new GuardedTensor(Device, from, values, type, shift);
            using var y = new GuardedTensor(Device, to, null, type, shift);
            Operators.ResizeBilinear(x.Tensor, scaleY, scaleX, y.Tensor);
            Reference.Close(Expected(values, from, to, scaleY, scaleX), y.Values(), Activations.Tolerance(type));
        }
    }

    private static List<double> Expected(float[] x, Shape from, Shape to, float scaleY, float scaleX)
    {
        int height = from[1], width = from[2], channels = from[3];
        var expected = new List<double>();
        for (var n = 0; n < to[0]; n++)
            for (var i = 0; i < to[1]; i++)
                for (var j = 0; j < to[2]; j++)
                    for (var c = 0; c < channels; c++)
                    {
                        double row = Math.Clamp(((i + 0.5) / scaleY) - 0.5, 0, height - 1), column = Math.Clamp(((j + 0.5) / scaleX) - 0.5, 0, width - 1);
                        double At(double r, double s) => x[(((((n * height) + (int)r) * width) + (int)s) * channels) + c];
                        double top = Math.Floor(row), left = Math.Floor(column), bottom = Math.Min(top + 1, height - 1), right = Math.Min(left + 1, width - 1);
                        double upper = At(top, left) + ((column - left) * (At(top, right) - At(top, left)));
                        double lower = At(bottom, left) + ((column - left) * (At(bottom, right) - At(bottom, left)));
                        expected.Add(upper + ((row - top) * (lower - upper)));
                    }
        return expected;
    }
}
