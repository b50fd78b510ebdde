using Retrieval.Host;
using Retrieval.Models;
using Retrieval.Training.Losses;

namespace Retrieval.Tests.Training.Losses;

/// <summary>A batch of outputs with zeroed gradients, for loss terms.</summary>
internal static class TermBatch
{
    public static LossBatch Of(Device device, NetworkOutputs outputs, int[] labels, int[]? real = null, int[]? images = null, long[]? draw = null)
    {
        var gradients = new NetworkOutputs(Zeros(outputs.Embedding), Zeros(outputs.Neck), Zeros(outputs.Descriptors));
        return new LossBatch
        {
            Outputs = outputs,
            Gradients = gradients,
            Labels = Ints(labels),
            Real = Ints(real),
            Images = Ints(images),
            Draw = draw is null ? Tensor.None : device.Rent<long>(new Shape(2), draw),
        };

        Tensor Ints(int[]? values) => values is null ? Tensor.None : device.Rent<int>(new Shape(values.Length), values);
        Tensor Zeros(Tensor like)
        {
            if (like.IsNone)
                return like;
            var zeros = device.Rent(like.Shape);
            device.Operators.Fill(zeros, 0);
            return zeros;
        }
    }
}
