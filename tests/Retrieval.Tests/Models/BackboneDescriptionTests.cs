using Retrieval.Models.Backbones;
using Xunit;

namespace Retrieval.Tests.Models;

public sealed class BackboneDescriptionTests
{
    [Theory]
    [InlineData("resnet51", "vgg16_bn, resnet18")]
    [InlineData("vgg16x", "vgg16_bn, resnet18")]
    [InlineData("", "vgg16_bn, resnet18")]
    [InlineData("resnet18-w0", "got '-w0' in 'resnet18-w0'")]
    [InlineData("resnet18-wide", "got '-wide'")]
    [InlineData("resnet18-s3", "got '-s3'")]
    [InlineData("resnet18-", "got '-'")]
    [InlineData("resnet18-conv5", "for vgg16 and alexnet alone")]
    [InlineData("alexnet-s2", "for residual networks alone")]
    [InlineData("vgg16-s1", "for residual networks alone")]
    public void An_unknown_name_is_refused_with_what_is_known(string name, string expected)
    {
        var exception = Assert.Throws<ArgumentException>(() => BackboneDescription.Parse(name));
        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', exception.Message);
    }

    [Fact]
    public void A_name_says_width_stride_and_cut()
    {
        Assert.Equal((16, 1, 512), Assert.IsType<ResNetDescription>(BackboneDescription.Parse("resnet50-w16-s1")) is var net ? (net.BaseWidth, net.LastStride, net.OutputChannels) : default);
        Assert.Equal(new VggDescription("vgg16_bn-w8-conv5", BatchNorm: true, 8, LastRelu: false), BackboneDescription.Parse("vgg16_bn-w8-conv5"));
        Assert.Equal(new AlexNetDescription("alexnet-conv5", LastRelu: false), BackboneDescription.Parse("alexnet-conv5"));
        Assert.Equal((BlockKind.BottleneckIbn, 23), Assert.IsType<ResNetDescription>(BackboneDescription.Parse("resnet101-ibn-a-s2")) is var ibn ? (ibn.Block, ibn.Layers[2]) : default);
    }
}
