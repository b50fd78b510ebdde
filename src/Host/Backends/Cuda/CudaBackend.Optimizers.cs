using Retrieval.Host.Backends.Cuda.Parameters;

namespace Retrieval.Host.Backends.Cuda;

internal sealed unsafe partial class CudaBackend
{
    private const string OptimizersModule = "optimizers", GradientNormModule = "gradient_norm";
    private const int ChunkThreads = 256, NormThreads = 1024;

    private readonly TensorTable<OptimizerRow> _parameters = new();
    private readonly TensorTable<GradientRow> _gradients = new();

    public void Adam(ReadOnlySpan<OptimizerSlot> slots, AdamStep step)
    {
        double beta1 = step.Beta1, beta2 = step.Beta2, correction = 1 - Math.Pow(beta1, step.Step);
        var secondScale = (float)(1 / (1 - Math.Pow(beta2, step.Step)));
        lock (_parameters.Gate)
        {
            _parameters.Begin(slots.Length);
            foreach (ref readonly var slot in slots)
            {
                var keep = step.Decoupled ? (float)(1 - ((double)slot.Rate * slot.Decay)) : 1;
                var row = RowOf(slot) with { SecondMoment = slot.SecondMoment.Address, Rate = (float)(slot.Rate / correction), Keep = keep, SecondScale = secondScale };
                _parameters.Add(step.Decoupled ? row with { Decay = 0 } : row, slot.Weights.Count);
            }
            if (_parameters.Count == 0)
                return;
            _parameters.Send(slots[0].Weights.Device, this);
            Launch(OptimizersModule, "adam_update", KernelVariant.None, new LaunchShape(_parameters.ChunkCount, ChunkThreads), new AdamUpdate(
                _parameters.Rows, _parameters.Starts, _parameters.Count, step.Beta1, (float)(1 - beta1), step.Beta2, (float)(1 - beta2), step.Epsilon));
        }
    }

    public void Sgd(ReadOnlySpan<OptimizerSlot> slots, SgdStep step)
    {
        lock (_parameters.Gate)
        {
            _parameters.Begin(slots.Length);
            foreach (ref readonly var slot in slots)
                _parameters.Add(RowOf(slot), slot.Weights.Count);
            if (_parameters.Count == 0)
                return;
            _parameters.Send(slots[0].Weights.Device, this);
            Launch(OptimizersModule, "sgd_update", KernelVariant.None, new LaunchShape(_parameters.ChunkCount, ChunkThreads), new SgdUpdate(
                _parameters.Rows, _parameters.Starts, _parameters.Count, step.First ? 1 : 0, step.Nesterov ? 1 : 0, step.Momentum));
        }
    }

    public void GradientNorm(ReadOnlySpan<Tensor> gradients, Tensor norm)
    {
        lock (_gradients.Gate)
        {
            SendGradients(gradients, norm.Device);
            var partial = RentWorkspace(norm.Device, Math.Max(1, _gradients.ChunkCount) * sizeof(double));
            Launch(GradientNormModule, "gradient_squares", KernelVariant.None, new LaunchShape(_gradients.ChunkCount, ChunkThreads),
                new GradientSquares(_gradients.Rows, _gradients.Starts, partial.Address, _gradients.Count));
            Launch(GradientNormModule, "gradient_norm", KernelVariant.None, new LaunchShape(1, NormThreads), new GradientNorm(partial.Address, _gradients.ChunkCount, norm.Address));
            norm.Device.Return(partial);
        }
    }

    public void ClipGradients(ReadOnlySpan<Tensor> gradients, Tensor norm, float limit)
    {
        lock (_gradients.Gate)
        {
            SendGradients(gradients, norm.Device);
            Launch(GradientNormModule, "gradient_scale", KernelVariant.None, new LaunchShape(_gradients.ChunkCount, ChunkThreads),
                new GradientScale(_gradients.Rows, _gradients.Starts, norm.Address, _gradients.Count, limit));
        }
    }

    private static OptimizerRow RowOf(in OptimizerSlot slot) => new(slot.Weights.Address, slot.Gradient.Address, slot.Momentum.Address, 0,
        slot.Working.Address, slot.Weights.Count, slot.Rate, slot.Decay, 1, 1);

    private void SendGradients(ReadOnlySpan<Tensor> gradients, Device device)
    {
        _gradients.Begin(gradients.Length);
        foreach (var gradient in gradients)
            _gradients.Add(new GradientRow(gradient.Address, gradient.Count), gradient.Count);
        if (_gradients.Count > 0)
            _gradients.Send(device, this);
    }
}
