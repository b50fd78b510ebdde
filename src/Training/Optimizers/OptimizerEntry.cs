using Retrieval.Host;
using Retrieval.Models;

namespace Retrieval.Training.Optimizers;

/// <summary>A parameter with what its steps depend on.</summary>
/// <param name="Parameter">The parameter.</param>
/// <param name="RateFactor">Its rate over that of the step.</param>
/// <param name="Decay">Its weight decay.</param>
/// <param name="Momentum">SGD's buffer or Adam's first moment.</param>
/// <param name="SecondMoment">Adam's second moment, or none.</param>
internal sealed record OptimizerEntry(Parameter Parameter, double RateFactor, double Decay, Tensor Momentum, Tensor SecondMoment)
{
    /// <summary>The step at a rate.</summary>
    public OptimizerSlot At(double rate) => new(Parameter.Value, Parameter.Gradient, Momentum, SecondMoment, (float)(rate * RateFactor), (float)Decay, Parameter.Working);
}
