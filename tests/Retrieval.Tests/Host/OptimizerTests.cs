using Retrieval.Host;
using Retrieval.Tests.Support;
using Xunit;

namespace Retrieval.Tests.Host;

/// <summary>Optimisers' steps over several parameters against the formulas in double precision.</summary>
public sealed class OptimizerTests : OperatorTests
{
    private static readonly int[] Lengths = [0, 1, 31, 32, 33, 70001];

    [DeviceTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void Adam(DeviceName on, bool decoupled)
    {
        Open(on);
        using var slots = new Slots(Device);
        const double beta1 = 0.9f, beta2 = 0.99f, epsilon = 1e-8f;
        double[][] m = slots.Zeros(), v = slots.Zeros(), w = slots.Weights();
        for (var step = 1; step <= 3; step++)
        {
            Operators.Adam(slots.All, new AdamStep(step, 0.9f, 0.99f, 1e-8f, decoupled));
            slots.Each((s, i, gradient, rate, decay) =>
            {
                var g = gradient + (decoupled ? 0 : decay * w[s][i]);
                if (decoupled)
                    w[s][i] *= 1 - (rate * decay);
                m[s][i] = (beta1 * m[s][i]) + ((1 - beta1) * g);
                v[s][i] = (beta2 * v[s][i]) + ((1 - beta2) * g * g);
                w[s][i] -= rate * (m[s][i] / (1 - Math.Pow(beta1, step))) / (Math.Sqrt(v[s][i] / (1 - Math.Pow(beta2, step))) + epsilon);
            });
        }
        slots.Close(w, m, v);
    }

    [DeviceTheory]
    [InlineData(0, false)]
    [InlineData(0.9f, false)]
    [InlineData(0.9f, true)]
    public void Sgd(DeviceName on, float momentum, bool nesterov)
    {
        Open(on);
        using var slots = new Slots(Device);
        double[][] buffer = slots.Zeros(), w = slots.Weights();
        for (var step = 1; step <= 3; step++)
        {
            Operators.Sgd(slots.All, new SgdStep(step == 1, momentum, nesterov));
            slots.Each((s, i, gradient, rate, decay) =>
            {
                var g = gradient + (decay * w[s][i]);
                buffer[s][i] = step == 1 ? g : (momentum * buffer[s][i]) + g;
                w[s][i] -= rate * (nesterov ? g + (momentum * buffer[s][i]) : buffer[s][i]);
            });
        }
        slots.Close(w, buffer, null);
    }

    [DeviceTheory]
    public void TheFirstStepForgetsWhatTheBufferHeld(DeviceName on)
    {
        Open(on);
        Tensor w = Upload(new Shape(2), [1, 2]), g = Upload(w.Shape, [1, 1]), buffer = Upload(w.Shape, [float.NaN, 5]);
        Operators.Sgd([new OptimizerSlot(w, g, buffer, Tensor.None, 0.5f, 0)], new SgdStep(true, 0.9f));
        Assert.Equal([0.5f, 1.5f], w.ToArray<float>());
    }

    /// <summary>Slices of one tensor, so that its arrays begin anywhere between two multiples of 16 bytes, alike or not.</summary>
    [DeviceTheory]
    [InlineData(0, 0, 0)]
    [InlineData(1, 1, 1)]
    [InlineData(3, 3, 3)]
    [InlineData(0, 1, 0)]
    [InlineData(2, 2, 1)]
    public void ArraysMayBeginAnywhere(DeviceName on, int weights, int gradient, int buffer)
    {
        Open(on);
        const int count = 4500;
        var values = Reference.Random(count + 8, 1);
        Tensor w = Upload(new Shape(count + 8), values), g = Upload(w.Shape, values), b = Zeros(w.Shape);
        Operators.Sgd([new OptimizerSlot(w.Slice(weights, count), g.Slice(gradient, count), b.Slice(buffer, count), Tensor.None, 0.5f, 0)], new SgdStep(true, 0));
        float[] stepped = w.ToArray<float>(), momentum = b.ToArray<float>();
        for (var i = 0; i < values.Length; i++)
        {
            var at = i - weights;
            Assert.Equal(at is >= 0 and < count ? values[i] - (0.5f * values[at + gradient]) : values[i], stepped[i]);
            Assert.Equal(i - buffer is >= 0 and < count ? values[i - buffer + gradient] : 0, momentum[i]);
        }
    }

    [DeviceTheory]
    [InlineData(0)]
    [InlineData(1)]
    public void AWorkingCopyReceivesTheRoundedWeights(DeviceName on, int first)
    {
        Open(on);
        const int count = 4103;
        var all = new Shape(count + 4);
        Tensor w = Upload(all, Reference.Random(count + 4, 1)).Slice(first, count), g = Upload(all, Reference.Random(count + 4, 2)).Slice(first, count);
        Tensor m = Zeros(all).Slice(first, count), v = Zeros(all).Slice(first, count), working = Device.Rent<BFloat16>(all, new BFloat16[count + 4]);
        OptimizerSlot[] slots = [new OptimizerSlot(w, g, m, v, 0.1f, 0, working.Slice(first, count))];
        Operators.Adam(slots, new AdamStep(1));
        Check();
        Operators.Sgd(slots, new SgdStep(true, 0.9f));
        Check();

        void Check()
        {
            var copy = working.ToArray<BFloat16>();
            Assert.Equal(w.ToArray<float>().Select(value => (BFloat16)value), copy[first..(first + count)]);
            Assert.All(copy[..first].Concat(copy[(first + count)..]), value => Assert.Equal(default, value));
        }
    }

    [DeviceTheory]
    public void ManySmallParametersStepTogether(DeviceName on)
    {
        Open(on);
        // More than one round of the search for a block's tensor, with empty ones in between.
        var lengths = Enumerable.Range(0, 1100).Select(i => i % 7 == 3 ? 0 : 1 + (i % 5)).ToArray();
        var slots = lengths.Select((length, s) =>
        {
            var shape = new Shape(length);
            return new OptimizerSlot(Zeros(shape), Upload(shape, [.. Enumerable.Range(0, length).Select(i => s + (i * 0.125f))]), Zeros(shape), Tensor.None, 1, 0);
        }).ToArray();
        Operators.Sgd(slots, new SgdStep(true, 0));
        for (var s = 0; s < slots.Length; s++)
            Assert.Equal(Enumerable.Range(0, lengths[s]).Select(i => -s - (i * 0.125f)), slots[s].Weights.ToArray<float>());
    }

    [DeviceTheory]
    public void NothingToStep(DeviceName on)
    {
        Open(on);
        Operators.Sgd([], new SgdStep(true, 0));
        Operators.Adam([], new AdamStep(1));
    }

    [Fact]
    public void WorkingCopiesAreBFloat16()
    {
        var w = Zeros(new Shape(3));
        var slot = new OptimizerSlot(w, w, w, w, 1, 0, w);
        Assert.Equal("Sgd: working holds Float32, expected BFloat16", Assert.Throws<OperatorException>(() => Operators.Sgd([slot], new SgdStep(true, 0))).Message);
    }

    [Fact]
    public void StepsCountFromOne() =>
        Assert.Equal("Adam: step 0: steps count from 1", Assert.Throws<OperatorException>(() => Operators.Adam([], new AdamStep(0))).Message);

    /// <summary>Parameters of several lengths, each with its own rate and decay, between guard bands.</summary>
    private sealed class Slots : IDisposable
    {
        private readonly GuardedTensor[][] _tensors;
        private readonly float[][] _weights, _gradients;

        public Slots(Device device)
        {
            _weights = [.. Lengths.Select(length => Reference.Random(length, length))];
            _gradients = [.. Lengths.Select(length => Reference.Random(length, length + 1))];
            _tensors = [.. Lengths.Select((length, s) => new[] { _weights[s], _gradients[s], new float[length], new float[length] }
                .Select(values => new GuardedTensor(device, new Shape(length), values)).ToArray())];
            All = [.. _tensors.Select((slot, s) => new OptimizerSlot(slot[0].Tensor, slot[1].Tensor, slot[2].Tensor, slot[3].Tensor, Rate(s), Decay(s)))];
        }

        public OptimizerSlot[] All { get; }

        public double[][] Weights() => [.. _weights.Select(values => values.Select(value => (double)value).ToArray())];

        public double[][] Zeros() => [.. _weights.Select(values => new double[values.Length])];

        public void Each(Action<int, int, double, double, double> update)
        {
            for (var s = 0; s < _weights.Length; s++)
                for (var i = 0; i < _weights[s].Length; i++)
                    update(s, i, _gradients[s][i], Rate(s), Decay(s));
        }

        public void Close(double[][] weights, double[][] momentum, double[][]? second)
        {
            for (var s = 0; s < _tensors.Length; s++)
            {
                Reference.Close(weights[s], _tensors[s][0].Values(), 3e-6);
                Assert.Equal(_gradients[s], _tensors[s][1].Values());
                Reference.Close(momentum[s], _tensors[s][2].Values(), 3e-6);
                if (second != null)
                    Reference.Close(second[s], _tensors[s][3].Values(), 3e-6);
            }
        }

        public void Dispose()
        {
            foreach (var tensor in _tensors.SelectMany(slot => slot))
                tensor.Dispose();
        }

        private static float Rate(int slot) => 0.01f * (slot + 1);

        private static float Decay(int slot) => 0.1f * slot;
    }
}
