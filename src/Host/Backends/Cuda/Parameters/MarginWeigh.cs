namespace Retrieval.Host.Backends.Cuda.Parameters;

/// <summary>Parameters of margin_loss.cu, weigh.</summary>
internal readonly record struct MarginWeigh(nint PositiveDistances, nint NegativeDistances, nint Beta, nint Towards, nint Away, nint Loss, nint Dbeta,
    long Pairs, int CountParts, float Margin, float Weight);
