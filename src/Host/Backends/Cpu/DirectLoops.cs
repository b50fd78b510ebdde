using System.Numerics;

namespace Retrieval.Host.Backends.Cpu;

/// <summary>Inner loops over contiguous floats.</summary>
internal static unsafe class DirectLoops
{
    public static float Dot(float* a, float* b, int count)
    {
        var sum = Vector<float>.Zero;
        var i = 0;
        for (; i <= count - Vector<float>.Count; i += Vector<float>.Count)
            sum += *(Vector<float>*)(a + i) * *(Vector<float>*)(b + i);
        var total = Vector.Sum(sum);
        for (; i < count; i++)
            total += a[i] * b[i];
        return total;
    }

    public static void Axpy(float alpha, float* x, float* y, int count)
    {
        var factor = new Vector<float>(alpha);
        var i = 0;
        for (; i <= count - Vector<float>.Count; i += Vector<float>.Count)
            *(Vector<float>*)(y + i) += factor * *(Vector<float>*)(x + i);
        for (; i < count; i++)
            y[i] += alpha * x[i];
    }
}
