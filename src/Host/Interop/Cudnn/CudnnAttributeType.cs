namespace Retrieval.Host.Interop.Cudnn;

/// <summary>cudnnBackendAttributeType_t: what an attribute is made of.</summary>
internal enum CudnnAttributeType
{
    Handle = 0,
    DataType = 1,
    Boolean = 2,
    Int64 = 3,
    Float32 = 4,
    Pointer = 6,
    ConvolutionMode = 7,
    HeuristicMode = 8,
    KnobType = 9,
    NumericalNote = 11,
    PointwiseMode = 14,
    Descriptor = 15,
}
