namespace Retrieval.Training.Optimizers;

/// <summary>Settings of an optimiser. The learning rate itself comes from the schedule.</summary>
/// <param name="Kind">Adam, AdamW or SGD with momentum.</param>
/// <param name="Decay">Weight decay of all parameters but pooling exponents, which have none.</param>
/// <param name="ExponentRateFactor">Rate of pooling exponents over that of the other parameters (10 in the TPAMI 2018 reference code).</param>
/// <param name="Momentum">SGD's momentum.</param>
/// <param name="Nesterov">SGD's Nesterov variant.</param>
/// <param name="Beta1">Adam's decay of the first moment.</param>
/// <param name="Beta2">Adam's decay of the second moment.</param>
/// <param name="Epsilon">Adam's epsilon.</param>
public sealed record OptimizerOptions(OptimizerKind Kind = OptimizerKind.Adam, double Decay = 1e-4, double ExponentRateFactor = 10,
    double Momentum = 0.9, bool Nesterov = false, double Beta1 = 0.9, double Beta2 = 0.999, double Epsilon = 1e-8)
{
    /// <summary>Checks every field.</summary>
    /// <exception cref="ArgumentException">A field is out of range.</exception>
    public void Validate()
    {
        Demand(Decay is >= 0 and < 1, "weight decay", "0 to 1", Decay);
        Demand(ExponentRateFactor is >= 0 and <= 1000, "rate factor of p", "0 to 1000", ExponentRateFactor);
        Demand(Momentum is >= 0 and < 1, "momentum", "0 to below 1", Momentum);
        Demand(Beta1 is >= 0 and < 1, "beta1", "0 to below 1", Beta1);
        Demand(Beta2 is >= 0 and < 1, "beta2", "0 to below 1", Beta2);
        Demand(Epsilon > 0, "epsilon", "above 0", Epsilon);
    }

    private static void Demand(bool condition, string name, string expected, double got)
    {
        if (!condition)
            throw new ArgumentException($"{name}: expected {expected}, got {got}");
    }
}
