using Retrieval.Imaging;
using Retrieval.Imaging.Resampling;
using Retrieval.Tests.Support;
using Xunit;

namespace Retrieval.Tests.Imaging;

/// <summary>The reference cases of the group transforms: images to the byte, tensors within the case's tolerance.</summary>
public sealed class OracleTransformTests
{
    [Theory]
    [OracleData("resize")]
    public void Resizes(string path)
    {
        var oracle = OracleCase.Load(path);
        CheckImage(oracle, Input(oracle).Resize(oracle.Integer("width"), oracle.Integer("height"), Filter(oracle)));
    }

    [Theory]
    [OracleData("resize_short")]
    public void ResizesTheShorterSide(string path)
    {
        var oracle = OracleCase.Load(path);
        CheckImage(oracle, Input(oracle).ResizeShort(oracle.Integer("size"), Filter(oracle)));
    }

    [Theory]
    [OracleData("resize_long")]
    public void ResizesTheLongerSide(string path)
    {
        var oracle = OracleCase.Load(path);
        CheckImage(oracle, Input(oracle).ResizeLong(oracle.Integer("size"), Filter(oracle)));
    }

    [Theory]
    [OracleData("thumbnail")]
    public void MakesThumbnails(string path)
    {
        var oracle = OracleCase.Load(path);
        CheckImage(oracle, Input(oracle).Thumbnail(oracle.Number("size"), Filter(oracle)));
    }

    [Theory]
    [OracleData("center_crop")]
    public void CropsTheCentre(string path)
    {
        var oracle = OracleCase.Load(path);
        CheckImage(oracle, Input(oracle).CenterCrop(oracle.Integer("width"), oracle.Integer("height")));
    }

    [Theory]
    [OracleData("landmark_loader")]
    public void LoadsLandmarks(string path)
    {
        var oracle = OracleCase.Load(path);
        Assert.Equal(ResampleFilter.Lanczos3, Filter(oracle));
        (double, double, double, double)? box = oracle.Text("box") == "none" ? null
            : oracle.List("box") is [var left, var top, var right, var bottom] ? (left, top, right, bottom)
            : throw new InvalidDataException(oracle.Text("box"));
        var image = PublishedTransforms.Landmark(Input(oracle), oracle.Integer("size"), box);
        CheckImage(oracle, image);
        CheckTensor(oracle, image);
    }

    [Theory]
    [OracleData("normalize")]
    public void Normalises(string path)
    {
        var oracle = OracleCase.Load(path);
        CheckTensor(oracle, Input(oracle));
    }

    [Theory]
    [OracleData("multigrain_val")]
    public void PreparesForMultiGrain(string path)
    {
        var oracle = OracleCase.Load(path);
        Assert.Equal(ResampleFilter.Bilinear, Filter(oracle));
        CheckTensor(oracle, oracle.Flag("crop")
            ? PublishedTransforms.MultiGrainCrop(Input(oracle), oracle.Integer("resize_to"), oracle.Integer("size"))
            : PublishedTransforms.MultiGrain(Input(oracle), oracle.Integer("size")));
    }

    [Theory]
    [OracleData("reid_val")]
    public void PreparesForReIdentification(string path)
    {
        var oracle = OracleCase.Load(path);
        Assert.Equal(ResampleFilter.Bilinear, Filter(oracle));
        CheckTensor(oracle, PublishedTransforms.ReIdentification(Input(oracle), oracle.Integer("width"), oracle.Integer("height")));
    }

    private static RgbImage Input(OracleCase oracle)
    {
        var shape = oracle.Shape("in.image");
        return new RgbImage(shape[1], shape[0], oracle.Bytes("in.image"));
    }

    private static ResampleFilter Filter(OracleCase oracle) => Enum.Parse<ResampleFilter>(oracle.Text("filter"), ignoreCase: true);

    private static void CheckImage(OracleCase oracle, RgbImage image)
    {
        int[] shape = [image.Height, image.Width, RgbImage.Channels];
        Assert.Equal(oracle.Shape("out.image"), shape);
        Assert.Equal(oracle.Bytes("out.image"), image.Pixels);
    }

    private static void CheckTensor(OracleCase oracle, RgbImage image)
    {
        var tensor = new float[image.Pixels.Length];
        new ImageNormalizer(oracle.List("mean"), oracle.List("std")).Write(image, tensor);
        int[] shape = [RgbImage.Channels, image.Height, image.Width];
        Assert.Equal(oracle.Shape("out.tensor"), shape);
        var planes = Enumerable.Range(0, tensor.Length).Select(i => tensor[(i % (image.Width * image.Height) * RgbImage.Channels) + (i / (image.Width * image.Height))]);
        oracle.Check("out.tensor", planes.ToArray());
    }
}
