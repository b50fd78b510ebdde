namespace Retrieval.Host.Backends.Cpu.Gemm;

/// <summary>The arithmetic of one vector width, so that the kernels are written once.</summary>
internal unsafe interface ISimd<TVector> where TVector : struct
{
    /// <summary>Floats in a vector.</summary>
    static abstract int Width { get; }

    static abstract TVector Load(float* source);

    static abstract void Store(float* target, TVector value);

    static abstract TVector Broadcast(float value);

    static abstract TVector Add(TVector left, TVector right);

    /// <summary>left * right + addend, fused where the processor can.</summary>
    static abstract TVector MultiplyAdd(TVector left, TVector right, TVector addend);

    /// <summary>max(value, 0); what is not a number stays so.</summary>
    static abstract TVector Relu(TVector value);
}
