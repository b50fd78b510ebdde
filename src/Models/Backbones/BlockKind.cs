namespace Retrieval.Models.Backbones;

/// <summary>Which residual block a network is made of.</summary>
public enum BlockKind
{
    /// <summary>Two 3 x 3 convolutions (ResNet-18, -34).</summary>
    Basic,

    /// <summary>1 x 1, 3 x 3, 1 x 1 with four times the width at the end (ResNet-50, -101, -152).</summary>
    Bottleneck,

    /// <summary>A bottleneck whose first normalisation is IBN (ResNet-50-IBN-a, -101-IBN-a).</summary>
    BottleneckIbn,
}
