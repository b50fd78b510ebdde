using Retrieval.Host;
using Retrieval.Models;
using Retrieval.Models.WeightFiles;

namespace Retrieval.Training.Optimizers;

/// <summary>
/// Steps all trainable parameters of a network and its losses by their gradients, and carries the state (momentum, second moments, step
/// count) that a resumed run needs to go on with the same figures.
/// </summary>
public sealed class Optimizer : IDisposable
{
    private const string StepName = "optimizer.step";

    private readonly Device _device;
    private readonly OptimizerOptions _options;
    private readonly OptimizerGroup _main, _centres;
    private readonly Tensor _norm;

    /// <param name="parameters">The network's parameters, which get gradients.</param>
    /// <param name="options">Settings.</param>
    /// <param name="losses">Parameters of the losses, which get gradients; null for none.</param>
    /// <param name="centreWeight">Weight of the loss that class centres belong to: their gradient is divided by it.</param>
    /// <exception cref="ArgumentException">A setting is out of range, or exponents alone are to be stepped where there are none.</exception>
    public Optimizer(ParameterSet parameters, OptimizerOptions options, ParameterSet? losses = null, double centreWeight = 1)
    {
        options.Validate();
        (_device, _options) = (parameters.Device, options);
        parameters.EnableGradients();
        if (losses?.All.Count > 0)
            losses.EnableGradients();
        Parameter[] own = [.. parameters.All.Where(options.Steps)], ofLosses = [.. losses?.All.Where(options.Steps) ?? []];
        if (own.Length == 0 && options.ExponentsAlone)
            throw new ArgumentException("p alone is to be trained, but the pooling has none: expected gem, gemmp, wgem, wgemmp, rgem or rwgem");
        var stepped = own.Select(parameter => Describe(parameter, ofLoss: false)).Concat(ofLosses.Where(parameter => !IsCentre(parameter)).Select(parameter => Describe(parameter, ofLoss: true)));
        _main = new OptimizerGroup(_device, stepped, options.Kind != OptimizerKind.Sgd);
        _centres = new OptimizerGroup(_device, ofLosses.Where(IsCentre).Select(parameter => (parameter, 1 / centreWeight, 0.0)), secondMoments: false);
        _norm = _device.Rent(new Shape(1), purpose: MemoryPurpose.Workspace);
    }

    /// <summary>Steps taken so far.</summary>
    public int StepCount { get; private set; }

    /// <summary>Moves every parameter by its gradient at a learning rate; the gradients stay as they are, unless they are clipped.</summary>
    public void Step(double rate)
    {
        var operators = _device.Operators;
        if (_options.ClipNorm > 0)
        {
            operators.GradientNorm(_main.Gradients, _norm);
            operators.ClipGradients(_main.Gradients, _norm, (float)_options.ClipNorm);
        }
        StepCount++;
        if (_options.Kind == OptimizerKind.Sgd)
            operators.Sgd(_main.At(rate), new SgdStep(StepCount == 1, (float)_options.Momentum, _options.Nesterov));
        else
            operators.Adam(_main.At(rate), new AdamStep(StepCount, (float)_options.Beta1, (float)_options.Beta2, (float)_options.Epsilon, _options.Kind == OptimizerKind.AdamW));
        if (_centres.Gradients.Length > 0)
            operators.Sgd(_centres.At(_options.CentreRate), new SgdStep(StepCount == 1, 0, Nesterov: false));
        _main.Touch();
        _centres.Touch();
    }

    /// <summary>Adds the state to a checkpoint.</summary>
    public void Store(SafetensorsWriter writer)
    {
        writer.Add<int>(StepName, [], new[] { StepCount });
        ForEachState((name, tensor) => writer.Add<float>(name, [tensor.Count], tensor.ToArray<float>()));
    }

    /// <summary>Reads the state that a checkpoint holds and checks that it fits; nothing changes before <see cref="Restore"/>.</summary>
    /// <exception cref="InvalidDataException">The checkpoint was made with another optimiser or network.</exception>
    public OptimizerState Read(SafetensorsFile file)
    {
        if (file.Read<int>(StepName) is not [>= 0 and var stepCount])
            throw new InvalidDataException($"{file.Path}: '{StepName}' is not a number of steps");
        var values = new List<float[]>();
        ForEachState((name, tensor) =>
        {
            var state = file.Read<float>(name);
            if (state.Length != tensor.Count)
                throw new InvalidDataException($"{file.Path}: '{name}' has {state.Length} values, expected {tensor.Count}: was the checkpoint made with other settings?");
            values.Add(state);
        });
        return new OptimizerState(stepCount, values);
    }

    /// <summary>Goes on from a state that <see cref="Read"/> gave.</summary>
    public void Restore(OptimizerState state)
    {
        StepCount = state.StepCount;
        var next = 0;
        ForEachState((_, tensor) => tensor.Upload<float>(state.Values[next++]));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _main.Dispose();
        _centres.Dispose();
        _device.Return(_norm);
    }

    private static bool IsCentre(Parameter parameter) => parameter.Role == ParameterRole.Centre;

    private (Parameter Parameter, double RateFactor, double Decay) Describe(Parameter parameter, bool ofLoss)
    {
        var (rateFactor, decay) = _options.For(parameter, ofLoss);
        return (parameter, rateFactor, decay);
    }

    private void ForEachState(Action<string, Tensor> action)
    {
        _main.ForEachState(action);
        _centres.ForEachState(action);
    }
}
