using Retrieval.Host;
using Retrieval.Tests.Support;

namespace Retrieval.Tests.Host;

/// <summary>In the steady state no operator allocates managed memory, nor takes chunks from the system.</summary>
[Unwatched]
public sealed class AllocationTests : OperatorTests
{
    [DeviceTheory]
    public void OperatorsAllocateNothing(DeviceName on)
    {
        Open(on);
        Shape map = new(2, 17, 19, 33), pooled = new(2, 33), channels = new(33);
        var geometry = ConvolutionGeometry.Square(3, 2, 1);
        var outShape = geometry.OutputShape(map, 33);
        Tensor x = Upload(map, Reference.Random(map.Count, 1)), y = Zeros(map), dy = Upload(map, Reference.Random(map.Count, 2)), rows = x.Reshape(new Shape(2 * 17 * 19, 33));
        Tensor gamma = Upload(channels, Reference.Random(33, 3)), beta = Zeros(channels), mean = Zeros(channels), invStd = Zeros(channels), dGamma = Zeros(channels), dBeta = Zeros(channels);
        Tensor p = Upload(new Shape(1), [2.7f]), dp = Zeros(new Shape(1)), descriptor = Zeros(pooled), gradient = Zeros(pooled);
        Tensor winners = Device.Rent(outShape, ElementType.Int32), windows = Zeros(outShape), argmax = Device.Rent(pooled, ElementType.Int32), resized = Zeros(new Shape(2, 9, 40, 33));
        Tensor half = Device.Rent(map, ElementType.BFloat16), norms = Zeros(new Shape(rows.Shape[0])), normalised = Zeros(rows.Shape), labels = Device.Rent<int>(new Shape(2), [-1, 1]), loss = Zeros(new Shape(1));
        Tensor chosen = Device.Rent<int>(new Shape(3), [1, -1, 0]), gathered = Zeros(new Shape(3, 33));
        Tensor instanceMean = Zeros(pooled), instanceInvStd = Zeros(pooled);
        var w = new Shape(33, 1, 1, 33);
        Tensor weights = Zeros(w), folded = Zeros(w), dw = Zeros(w), scales = Zeros(new Shape(1, 2, 33));
        var netVlad = new NetVladRun(Device, x, new NetVladWeights(Upload(new Shape(5, 33), Reference.Random(165, 4)), Zeros(new Shape(5)), Zeros(new Shape(4, 33))), true);
        var netVladGradient = Zeros(netVlad.Y.Shape);

        void Everything()
        {
            Operators.Fill(y, 1);
            Operators.Copy(x, y);
            Operators.Cast(x, half);
            Operators.Cast(half, y);
            Operators.AddScaled(1, x, 1, y);
            Operators.Relu(x, y);
            Operators.ReluBackward(y, dy, y);
            Operators.ColumnSum(x, mean);
            Operators.ResizeBilinear(x, 0.5f, 2, resized);
            Operators.BatchNormTraining(x, gamma, beta, Tensor.None, Tensor.None, 0.1f, 1e-5f, dy, true, y, mean, invStd);
            Operators.BatchNormTrainingBackward(x, y, dy, gamma, mean, invStd, dy, Tensor.None, dGamma, dBeta);
            Operators.InstanceNorm(x, gamma, beta, default, 1e-5f, true, y, instanceMean, instanceInvStd);
            Operators.InstanceNormBackward(x, y, dy, gamma, default, instanceMean, instanceInvStd, dy, dGamma, dBeta, Tensor.None, Tensor.None);
            Operators.FoldBatchNorm(gamma, beta, mean, gamma, 2, mean, invStd);
            Operators.ScaleShift(x, gamma, beta, dy, true, y);
            Operators.FrozenNormGradients(weights, folded, mean, gamma, mean, gamma, 2, dw, dGamma, dBeta);
            Operators.MaxPool(x, geometry, windows, winners);
            Operators.MaxPoolBackward(windows, winners, geometry, y);
            Operators.SpocPool(x, descriptor);
            Operators.SpocPoolBackward(descriptor, y);
            Operators.MacPool(x, descriptor, argmax);
            Operators.MacPoolBackward(descriptor, argmax, y);
            Operators.GemPool(x, p, 1e-6f, descriptor);
            Operators.GemPoolBackward(x, descriptor, gradient, p, 1e-6f, y, dp);
            Operators.L2Normalize(rows, 1e-6f, normalised, norms);
            Operators.L2NormalizeBackward(normalised, norms, rows, 1e-6f, normalised);
            Operators.AggregateScales(scales, 3, descriptor);
            Operators.ContrastiveLoss(descriptor, labels, 1, 1e-6f, loss, gradient);
            Operators.TripletLoss(descriptor, labels, 1, loss, gradient);
            Operators.GatherRows(descriptor, chosen, gathered);
            Operators.ScatterAddRows(gathered, chosen, gradient);
            netVlad.Forward();
            netVlad.Backward(netVladGradient);
        }
        AllocatesNothing(Everything);
    }

    [DeviceTheory]
    public void WeightedPoolingAllocatesNothing(DeviceName on)
    {
        Open(on);
        Shape map = new(2, 5, 7, 33), mask = new(2, 2, 5, 7), pooled = new(4, 33);
        using var regions = new PoolRegions(Device, 5, 7, [new(0, 0, 5, 7), new(1, 2, 3, 4)]);
        Tensor x = Upload(map, Reference.Random(map.Count, 1)), dx = Zeros(map), w = Zeros(new Shape(1, 3, 3, 33)), taps = Zeros(new Shape(2, 5, 7, 9)), masks = Zeros(mask), shares = Zeros(mask);
        Tensor p = Upload(new Shape(1), [2.7f]), dp = Zeros(p.Shape), y = Zeros(pooled), argmax = Device.Rent(pooled, ElementType.Int32), positions = Zeros(new Shape(1, 2, 5, 7)), rarity = Zeros(new Shape(2, 33));
        Tensor rows = Upload(pooled, Reference.Random(pooled.Count, 2)), gamma = Zeros(new Shape(33)), mean = Zeros(gamma.Shape), real = Device.Rent<int>(new Shape(4), [1, 1, 0, 1]);
        AllocatesNothing(() =>
        {
            Operators.MaskTaps(x, w, taps);
            Operators.MaskSoftmax(taps, regions, own: true, masks);
            Operators.WeightedPool(x, regions, masks, p, 1e-6f, y);
            Operators.WeightedPoolBackward(x, regions, masks, y, y, p, 1e-6f, dx, shares, dp);
            Operators.MaskSoftmaxBackward(masks, shares, regions, own: true, taps);
            Operators.MaskTapsBackward(x, w, taps, dx, w);
            Operators.RegionMaxPool(x, regions, y, argmax);
            Operators.RegionMaxPoolBackward(y, argmax, regions, dx);
            Operators.CrowWeights(x, positions, rarity);
            Operators.Multiply(rarity, rarity, rarity);
            Operators.BatchNormRows(rows, real, gamma, gamma, mean, gamma, 0.1f, 1e-5f, frozen: false, y, mean, mean);
            Operators.BatchNormRowsBackward(rows, real, y, gamma, mean, mean, frozen: false, y, gamma);
        });
    }

    [DeviceTheory]
    public void StepsAllocateNothing(DeviceName on)
    {
        Open(on);
        Shape shape = new(33, 65), other = new(5);
        OptimizerSlot[] slots = [Slot(shape), Slot(other)];
        Tensor[] gradients = [slots[0].Gradient, slots[1].Gradient];
        var norm = Zeros(new Shape(1));
        var step = 0;
        AllocatesNothing(() =>
        {
            // The rate changes from step to step, as it does in training.
            slots[0] = slots[0] with { Rate = ++step };
            Operators.GradientNorm(gradients, norm);
            Operators.ClipGradients(gradients, norm, 0.5f);
            Operators.Adam(slots, new AdamStep(step));
            Operators.Sgd(slots, new SgdStep(true, 0.9f));
        });

        OptimizerSlot Slot(Shape shape) => new(Zeros(shape), Upload(shape, Reference.Random(shape.Count, 1)), Zeros(shape), Zeros(shape), 1e-3f, 0, Device.Rent(shape, ElementType.BFloat16));
    }

    [DeviceTheory]
    public void ProductsAndSearchesAllocateNothing(DeviceName on)
    {
        Open(on);
        Tensor a = Upload(new Shape(20, 600), Reference.Random(12000, 1)), b = Upload(new Shape(40, 600), Reference.Random(24000, 2)), c = Zeros(new Shape(20, 40));
        Tensor bias = Zeros(new Shape(40)), norms = Zeros(new Shape(40)), scores = Zeros(new Shape(20, 7)), rows = Device.Rent(scores.Shape, ElementType.Int64);
        AllocatesNothing(() =>
        {
            Operators.MatrixProduct(a, b, c, transposeB: true);
            Operators.Linear(a, b, bias, c);
            Operators.TopK(a, b, Tensor.None, SearchMetric.InnerProduct, scores, rows);
            Operators.TopK(a, b, norms, SearchMetric.SquaredEuclidean, scores, rows, 40, merge: true);
        });
    }

    [DeviceTheory]
    public void LossesAllocateNothing(DeviceName on)
    {
        Open(on);
        Tensor x = Upload(new Shape(8, 9), Reference.Random(72, 1)), dx = Zeros(x.Shape), labels = Device.Rent<int>(new Shape(8), [0, 0, 1, 1, 2, 2, 3, 3]), loss = Zeros(new Shape(1));
        Tensor centers = Zeros(new Shape(4, 9)), one = Zeros(new Shape(1)), draw = Device.Rent<long>(new Shape(2), [1, 2]);
        Tensor positives = Device.Rent(new Shape(8, 2), ElementType.Int32), negatives = Device.Rent(positives.Shape, ElementType.Int32);
        var cost = new TripletCost(PairDistance.Euclidean, 0.5f);
        AllocatesNothing(() =>
        {
            Operators.BatchHard(x, labels, labels, cost, 1, loss, dx);
            Operators.CentroidTriplet(x, labels, Tensor.None, 2, cost, false, 1, loss, dx);
            Operators.CenterLoss(x, labels, Tensor.None, centers, 1, loss, dx, centers);
            Operators.CrossEntropy(x, labels, Tensor.None, 0.1f, 1, loss, dx, Tensor.None);
            Operators.DrawNegatives(x, labels, Tensor.None, draw, new NegativeDraw(0.5f, 1.4f), positives, negatives);
            Operators.MarginLoss(x, positives, negatives, one, new MarginCost(0.2f, Epsilon: 1e-8f), 1, loss, dx, one);
        });
    }

    [DeviceTheory]
    public void BatchesOfImagesAllocateNothing(DeviceName on)
    {
        Open(on);
        Tensor pixels = Device.Rent<byte>(new Shape(2 * 60), new byte[120]), y = Zeros(new Shape(2, 3, 7, 3));
        ImageSource[] images = [new(0, 4, 5), new(60, 5, 4)];
        float[] mean = [0, 0, 0], std = [1, 1, 1];
        AllocatesNothing(() =>
        {
            images[1] = images[1] with { Left = -1, Colour = new ImageColour(0x54321, 0.9f, 1.2f, 0.8f, 0.1f, 0.01f, 0.02f, 0.03f, 1), Erased = new ImageErasure(1, 1, 2, 2, 0, 0, 0) };
            Operators.PrepareImages(pixels, images, mean, std, y);
        });
    }
}
