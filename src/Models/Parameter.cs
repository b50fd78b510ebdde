using Retrieval.Host;

namespace Retrieval.Models;

/// <summary>A named tensor of a network, with its gradient while the network is trained.</summary>
public sealed class Parameter
{
    internal Parameter(string name, ParameterRole role, Tensor value)
    {
        Name = name;
        Role = role;
        Value = value;
    }

    /// <summary>The name in weight files, as torchvision has it: <c>layer1.0.conv1.weight</c>.</summary>
    public string Name { get; }

    public ParameterRole Role { get; }

    public Tensor Value { get; }

    /// <summary>The gradient, shape of <see cref="Value"/>; none until <see cref="ParameterSet.EnableGradients"/>, and always for statistics.</summary>
    public Tensor Gradient { get; internal set; }

    /// <summary>Whether an optimiser changes it.</summary>
    public bool Trainable => Role != ParameterRole.Statistic;

    /// <summary>Counts changes, so that what was derived from the values can be made anew.</summary>
    public int Version { get; private set; }

    /// <summary>Says that the values have changed.</summary>
    public void Touch() => Version++;

    /// <summary>Replaces the values.</summary>
    public void Set(ReadOnlySpan<float> values)
    {
        Value.Upload(values);
        Touch();
    }
}
