namespace Retrieval.Host.Backends.Cpu;

/// <summary>
/// Joins the sums of g and g (x - mean) into the gradients of scale and shift, and into each image's factors of dx = a g + b (x - mean) + c at places
/// 1, 2 and 3 of its values. A piece is a block of channels.
/// </summary>
internal readonly unsafe struct InstanceGradients : IParallelBody
{
    private readonly ImageChunks _map;
    private readonly ImageValues _values;
    private readonly float* _gamma, _tailGamma, _invStd, _dGamma, _dBeta, _dTailGamma, _dTailBeta;
    private readonly int _split;
    private readonly bool _stored;

    public InstanceGradients(ImageChunks map, ImageValues values, Tensor gamma, BatchNormTail tail, Tensor invStd, Tensor dGamma, Tensor dBeta, Tensor dTailGamma, Tensor dTailBeta)
    {
        (_map, _values, _split, _stored) = (map, values, map.Channels - tail.Channels, tail.Stored);
        _gamma = gamma.Pointer<float>();
        _tailGamma = tail.Gamma.Pointer<float>();
        _invStd = invStd.Pointer<float>();
        _dGamma = dGamma.Pointer<float>();
        _dBeta = dBeta.Pointer<float>();
        _dTailGamma = dTailGamma.Pointer<float>();
        _dTailBeta = dTailBeta.Pointer<float>();
    }

    public void Run(int index, int worker)
    {
        var block = ChannelBlock.At(index, _map.Channels);
        double* sums = stackalloc double[ChannelBlock.Length], products = stackalloc double[ChannelBlock.Length];
        double* allSums = stackalloc double[ChannelBlock.Length], allProducts = stackalloc double[ChannelBlock.Length];
        new Span<double>(allSums, block.Count).Clear();
        new Span<double>(allProducts, block.Count).Clear();
        for (var image = 0; image < _map.Images; image++)
        {
            new Span<double>(sums, block.Count).Clear();
            new Span<double>(products, block.Count).Clear();
            _values.Sums(image).AddFirst(block, sums);
            _values.Sums(image).AddSecond(block, products);
            for (var i = 0; i < block.Count; i++)
            {
                products[i] *= InvStd(image, block.First + i);
                allSums[i] += sums[i];
                allProducts[i] += products[i];
                if (block.First + i < _split)
                    SetFactors(image, block.First + i, sums[i] / _map.Rows, products[i] / _map.Rows);
            }
        }
        for (var i = 0; i < block.Count; i++)
            Finish(block.First + i, allSums[i], allProducts[i]);
    }

    private void Finish(int c, double sum, double product)
    {
        ref var dBeta = ref c < _split ? ref _dBeta[c] : ref _dTailBeta[c - _split];
        ref var dGamma = ref c < _split ? ref _dGamma[c] : ref _dTailGamma[c - _split];
        dBeta = (float)(dBeta + sum);
        dGamma = (float)(dGamma + product);
        if (c < _split)
            return;
        var share = _stored ? 0 : 1.0 / (_map.Images * _map.Rows);
        for (var image = 0; image < _map.Images; image++)
            SetFactors(image, c, sum * share, product * share);
    }

    /// <summary>From the means of g and of g xhat.</summary>
    private void SetFactors(int image, int c, double mean, double product)
    {
        double invStd = InvStd(image, c), scale = (c < _split ? _gamma[c] : _tailGamma[c - _split]) * invStd;
        var wide = _values.Wide(image);
        wide[1][c] = (float)scale;
        wide[2][c] = (float)(-scale * invStd * product);
        wide[3][c] = (float)(-scale * mean);
    }

    private double InvStd(int image, int c) => _invStd[((long)image * _map.Channels) + c];
}
