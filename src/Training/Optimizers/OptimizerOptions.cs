using Retrieval.Models;
using Retrieval.Models.WeightFiles;

namespace Retrieval.Training.Optimizers;

/// <summary>Settings of an optimiser. The learning rate itself comes from the schedule. A parameter of several groups has the product of their factors, and the decay of the last of them that has one.</summary>
/// <param name="Kind">Adam, AdamW or SGD with momentum.</param>
/// <param name="Decay">Weight decay.</param>
/// <param name="Momentum">SGD's momentum.</param>
/// <param name="Nesterov">SGD's Nesterov variant.</param>
/// <param name="Beta1">Adam's decay of the first moment.</param>
/// <param name="Beta2">Adam's decay of the second moment.</param>
/// <param name="Epsilon">Adam's epsilon.</param>
/// <param name="ClipNorm">All gradients together are scaled down to this L2 norm where theirs is larger; 0 for never.</param>
/// <param name="CentreRate">Rate of class centres, which descend plainly whatever the others do: by their gradient over the loss's weight (0.5 in ICONIP 2021).</param>
public sealed record OptimizerOptions(OptimizerKind Kind = OptimizerKind.Adam, double Decay = 1e-4, double Momentum = 0.9, bool Nesterov = false,
    double Beta1 = 0.9, double Beta2 = 0.999, double Epsilon = 1e-8, double ClipNorm = 0, double CentreRate = 0.5)
{
    /// <summary>All that stands behind the backbone.</summary>
    public ParameterGroup Head { get; init; } = ParameterGroup.Usual;

    /// <summary>Parameters of the losses: classifiers, boundaries.</summary>
    public ParameterGroup Losses { get; init; } = ParameterGroup.Usual;

    /// <summary>Biases and shifts of normalisations.</summary>
    public ParameterGroup Biases { get; init; } = ParameterGroup.Usual;

    /// <summary>Scales of normalisations.</summary>
    public ParameterGroup Scales { get; init; } = ParameterGroup.Usual;

    /// <summary>Exponents of the pooling (10 times the rate and no decay in the TPAMI 2018 reference code).</summary>
    public ParameterGroup Exponents { get; init; } = new(10, 0);

    /// <summary>Whether the exponents are stepped and nothing else is.</summary>
    public bool ExponentsAlone { get; init; }

    /// <summary>Checks every field.</summary>
    /// <exception cref="ArgumentException">A field is out of range.</exception>
    public void Validate()
    {
        Demand(Decay is >= 0 and < 1, "weight decay", "0 to 1", Decay);
        Demand(Momentum is >= 0 and < 1, "momentum", "0 to below 1", Momentum);
        Demand(Beta1 is >= 0 and < 1, "beta1", "0 to below 1", Beta1);
        Demand(Beta2 is >= 0 and < 1, "beta2", "0 to below 1", Beta2);
        Demand(Epsilon > 0, "epsilon", "above 0", Epsilon);
        Demand(ClipNorm is >= 0 and <= 1e6, "clipped norm", "0 to 1e6", ClipNorm);
        Demand(CentreRate is >= 0 and <= 10, "rate of centres", "0 to 10", CentreRate);
        Head.Validate("the head");
        Losses.Validate("the losses");
        Biases.Validate("biases");
        Scales.Validate("scales");
        Exponents.Validate("p");
    }

    /// <summary>Whether a parameter is stepped.</summary>
    internal bool Steps(Parameter parameter) => parameter.Trainable && (!ExponentsAlone || parameter.Role == ParameterRole.PoolExponent);

    /// <summary>The rate factor and decay of a parameter.</summary>
    internal (double RateFactor, double Decay) For(Parameter parameter, bool ofLoss)
    {
        var group = ofLoss ? Losses : WeightLoader.IsHead(parameter) ? Head : ParameterGroup.Usual;
        var kind = parameter.Role switch
        {
            ParameterRole.Bias => Biases,
            ParameterRole.NormScale => Scales,
            ParameterRole.PoolExponent => Exponents,
            ParameterRole.MarginBoundary => new ParameterGroup(1, 0),
            _ => ParameterGroup.Usual,
        };
        return (group.RateFactor * kind.RateFactor, kind.Decay ?? group.Decay ?? Decay);
    }

    private static void Demand(bool condition, string name, string expected, double got)
    {
        if (!condition)
            throw new ArgumentException($"{name}: expected {expected}, got {got}");
    }
}
