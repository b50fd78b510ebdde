using Retrieval.Host;
using Retrieval.Models;

namespace Retrieval.Training.Losses;

/// <summary>
/// Centre loss: the mean squared distance of embeddings to the centre of their class. The centres are the parameter <c>center.centers</c>
/// [classes, D], drawn from the standard normal distribution. Their gradient has the term's weight in it like any other; an optimiser that
/// is to see it without divides by the weight.
/// </summary>
public sealed class CenterTerm : ILossTerm
{
    /// <param name="parameters">Receives the centres.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="dimension">Dimension of the embedding.</param>
    /// <param name="seed">Decides where the centres start.</param>
    /// <exception cref="ArgumentException">A setting is out of range.</exception>
    public CenterTerm(ParameterSet parameters, int classes, int dimension, ulong seed)
    {
        TermChecks.DemandClasses(classes, dimension);
        Centers = parameters.Add("center.centers", ParameterRole.Centre, new Shape(classes, dimension));
        WeightInitializer.Draw(Centers, 1, seed);
    }

    /// <inheritdoc/>
    public string Name => "center";

    /// <inheritdoc/>
    public LossOutputs Uses => LossOutputs.Embedding;

    /// <summary>The class centres.</summary>
    public Parameter Centers { get; }

    /// <inheritdoc/>
    public void Compute(LossBatch batch, float weight, Tensor loss) => loss.Device.Operators.CenterLoss(batch.Outputs.Embedding, batch.Labels, batch.Real,
        Centers.Value, weight, loss, batch.Gradients.Embedding, Centers.Gradient);

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
