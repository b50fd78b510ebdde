namespace Retrieval.Training.Whitening.LinearAlgebra;

/// <summary>
/// The few double-precision vector operations that the solver's kernels need. A kernel is written once, generic over this,
/// and compiled for each vector width; the implementations are empty structs, so every call is inlined.
/// </summary>
internal unsafe interface ISimd<TVector>
    where TVector : struct
{
    static abstract int Count { get; }

    static abstract TVector Create(double value);

    static abstract TVector Load(double* source);

    static abstract void Store(TVector value, double* destination);

    static abstract TVector Add(TVector left, TVector right);

    static abstract TVector Multiply(TVector left, TVector right);

    /// <summary>left * right + addend, fused where the machine can.</summary>
    static abstract TVector MultiplyAdd(TVector left, TVector right, TVector addend);

    static abstract double Sum(TVector value);
}
