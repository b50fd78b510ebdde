namespace Retrieval.Training.Optimizers;

/// <summary>How a group of parameters differs from the others.</summary>
/// <param name="RateFactor">Its rate over the schedule's; 0 leaves the parameters as they are.</param>
/// <param name="Decay">Its weight decay; null for that of the others.</param>
public readonly record struct ParameterGroup(double RateFactor = 1, double? Decay = null)
{
    /// <summary>As the others.</summary>
    public static ParameterGroup Usual => new(1);

    /// <summary>Checks every field.</summary>
    /// <exception cref="ArgumentException">A field is out of range.</exception>
    public void Validate(string name)
    {
        if (RateFactor is not (>= 0 and <= 1000))
            throw new ArgumentException($"rate factor of {name}: expected 0 to 1000, got {RateFactor}");
        if (Decay is not (null or (>= 0 and < 1)))
            throw new ArgumentException($"weight decay of {name}: expected 0 to 1, got {Decay}");
    }

    public override string ToString() => $"rate x {RateFactor}, decay {Decay?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "as usual"}";
}
