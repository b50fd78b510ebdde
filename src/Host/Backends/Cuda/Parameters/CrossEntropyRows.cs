namespace Retrieval.Host.Backends.Cuda.Parameters;

/// <summary>Parameters of cross_entropy.cu, rows.</summary>
internal readonly record struct CrossEntropyRows(nint Logits, nint Labels, nint Real, nint Losses, nint Firsts, nint Dlogits, nint Fault,
    int Rows, int Classes, int Packs, float Smoothing, float Weight);
