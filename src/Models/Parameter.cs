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

    /// <summary>The gradient, shape of <see cref="Value"/>; none until <see cref="ParameterSet.EnableGradients"/>, and always for statistics and what is frozen.</summary>
    public Tensor Gradient { get; private set; }

    /// <summary>
    /// The values in BFloat16, where the network is trained on a device that computes in it: convolution weights only, else none.
    /// <see cref="Set"/> and the optimiser keep it in step.
    /// </summary>
    public Tensor Working { get; private set; }

    /// <summary>What a training step computes with.</summary>
    internal Tensor Computed => Working.IsNone ? Value : Working;

    /// <summary>Whether it stays as it is, whatever the rest of the network does.</summary>
    public bool Frozen { get; private set; }

    /// <summary>
    /// Of a running mean: the name of the bias that published networks have in the convolution before. Ours have none, as it would only move this mean: files
    /// are read so, and written with a bias of 0.
    /// </summary>
    internal string? AbsorbedBias { get; init; }

    /// <summary>Whether an optimiser changes it.</summary>
    public bool Trainable => Role != ParameterRole.Statistic && !Frozen;

    /// <summary>Counts changes, so that what was derived from the values can be made anew.</summary>
    public int Version { get; private set; }

    /// <summary>Says that the values have changed.</summary>
    public void Touch() => Version++;

    /// <summary>Replaces the values.</summary>
    public void Set(ReadOnlySpan<float> values)
    {
        Value.Upload(values);
        RefreshWorking();
        Touch();
    }

    /// <summary>Takes the parameter out of training; before <see cref="ParameterSet.EnableGradients"/>.</summary>
    internal void Freeze() => Frozen = true;

    /// <summary>Makes the gradient a slice of a larger tensor.</summary>
    internal void EnableGradient(Tensor gradient) => Gradient = gradient.Reshape(Value.Shape);

    /// <summary>Makes the working copy where the device wants one.</summary>
    internal void EnableWorking()
    {
        if (Role != ParameterRole.Convolution || Value.Device.ActivationType != ElementType.BFloat16)
            return;
        Working = Value.Device.Rent(Value.Shape, ElementType.BFloat16, MemoryPurpose.Parameters);
        RefreshWorking();
    }

    private void RefreshWorking()
    {
        if (!Working.IsNone)
            Value.Device.Operators.Cast(Value, Working);
    }
}
