namespace Retrieval.Host.Interop.Cudnn;

/// <summary>cudnnBackendHeurMode_t: who proposes engines.</summary>
internal enum CudnnHeuristicMode
{
    Fallback = 2,
    DecisionTree = 3,
}
