using Retrieval.Host;
using Xunit;

namespace Retrieval.Tests.Host;

public sealed class BFloat16Tests
{
    [Fact]
    public void EveryValueSurvivesTheWayToFloatAndBack()
    {
        for (var bits = 0; bits <= ushort.MaxValue; bits++)
        {
            var value = new BFloat16((ushort)bits);
            if (float.IsNaN(value))
                Assert.True(float.IsNaN((BFloat16)(float)value));
            else
                Assert.Equal(bits, ((BFloat16)(float)value).Bits);
        }
    }

    [Theory]
    [InlineData(0x3f800000u, 0x3f80)] // 1
    [InlineData(0x3f807fffu, 0x3f80)] // below the middle
    [InlineData(0x3f808000u, 0x3f80)] // the middle, to the even one below
    [InlineData(0x3f808001u, 0x3f81)]
    [InlineData(0x3f818000u, 0x3f82)] // the middle, to the even one above
    [InlineData(0xbf818000u, 0xbf82)]
    [InlineData(0x00008000u, 0x0000)] // subnormal
    [InlineData(0x00018000u, 0x0002)]
    [InlineData(0x7f7fffffu, 0x7f80)] // the largest float becomes infinity
    [InlineData(0xff800000u, 0xff80)]
    [InlineData(0x7f800001u, 0x7fff)] // not a number, even where only lost bits say so
    [InlineData(0xffc00000u, 0x7fff)]
    public void RoundsToTheNearest(uint from, int to) => Assert.Equal(to, ((BFloat16)BitConverter.UInt32BitsToSingle(from)).Bits);

    [Fact]
    public void ComparesAsFloatsDo()
    {
        BFloat16 zero = new(0), negativeZero = new(0x8000), notANumber = new(0x7fff);
        Assert.True(zero == negativeZero);
        Assert.True(zero.Equals(negativeZero));
        Assert.Equal(zero.GetHashCode(), negativeZero.GetHashCode());
        Assert.True(notANumber != new BFloat16(0x7fff));
        Assert.True(notANumber.Equals(new BFloat16(0xffff)));
        Assert.Equal("1.5", ((BFloat16)1.5f).ToString());
    }
}
