using Retrieval.Evaluation;
using Xunit;

namespace Retrieval.Tests.Evaluation;

public sealed class TopAccuracyTests
{
    [Fact]
    public void CountsTheBestAndTheFiveBest()
    {
        var accuracy = new TopAccuracy();
        float[] scores = [0.1f, 0.9f, 0.5f, 0.4f, 0.3f, 0.2f, 0.0f];
        for (var label = 0; label < scores.Length; label++)
            accuracy.Add(scores, label);
        Assert.Equal((7, 1 / 7.0, 5 / 7.0), (accuracy.Count, accuracy.Top1, accuracy.Top5));
    }

    [Fact]
    public void TiesGoToTheLowerClassAndWhatIsNoNumberIsNeverRight()
    {
        var accuracy = new TopAccuracy();
        accuracy.Add([1, 1], 1);
        Assert.Equal(0, accuracy.Top1);
        accuracy.Add([1, 1], 0);
        Assert.Equal(0.5, accuracy.Top1);
        accuracy.Add([float.NaN, float.NaN, float.NaN, float.NaN, float.NaN, float.NaN], 0);
        Assert.Equal((1 / 3.0, 2 / 3.0), (accuracy.Top1, accuracy.Top5));
        Assert.Throws<ArgumentOutOfRangeException>(() => accuracy.Add([1, 1], 2));
    }
}
