namespace Retrieval.Host.Backends.Cuda.Parameters;

/// <summary>Parameters of center_loss.cu, rows.</summary>
internal readonly record struct CenterRows(nint X, nint Labels, nint Real, nint Centers, nint Losses, nint Dx, nint Dcenters, nint Fault,
    int Rows, int Classes, int Packs, float Weight);
