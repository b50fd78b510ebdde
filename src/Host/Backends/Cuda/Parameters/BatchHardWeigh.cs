namespace Retrieval.Host.Backends.Cuda.Parameters;

/// <summary>Parameters of batch_hard.cu, weigh.</summary>
internal readonly record struct BatchHardWeigh(nint PositiveKeys, nint NegativeKeys, nint Anchors, nint Positives, nint Negatives,
    nint PositiveDistances, nint NegativeDistances, nint Towards, nint Away, nint Loss, int Rows, int Groups, int Distance, int Soft, float Margin, float Weight);
