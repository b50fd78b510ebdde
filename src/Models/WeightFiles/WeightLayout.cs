namespace Retrieval.Models.WeightFiles;

/// <summary>The order of a parameter's values in files ([K, C, R, S] for convolutions) and in memory ([K, R, S, C]).</summary>
internal static class WeightLayout
{
    /// <summary>A parameter's extents as files have them.</summary>
    public static long[] FileShape(Parameter parameter)
    {
        var shape = parameter.Value.Shape;
        return IsConvolution(parameter)
            ? [shape[0], shape[3], shape[1], shape[2]]
            : Enumerable.Range(0, shape.Rank).Select(axis => (long)shape[axis]).ToArray();
    }

    /// <summary>Values in file order to memory order.</summary>
    public static float[] FromFile(Parameter parameter, float[] values) => Swap(parameter, values, toMemory: true);

    /// <summary>Values in memory order to file order.</summary>
    public static float[] ToFile(Parameter parameter, float[] values) => Swap(parameter, values, toMemory: false);

    private static bool IsConvolution(Parameter parameter) => parameter.Role is ParameterRole.Convolution or ParameterRole.MaskConvolution;

    private static float[] Swap(Parameter parameter, float[] values, bool toMemory)
    {
        if (!IsConvolution(parameter))
            return values;
        var shape = parameter.Value.Shape;
        int outputs = shape[0], taps = shape[1] * shape[2], inputs = shape[3];
        var result = new float[values.Length];
        for (var k = 0; k < outputs; k++)
            for (var tap = 0; tap < taps; tap++)
                for (var c = 0; c < inputs; c++)
                {
                    int memory = (((k * taps) + tap) * inputs) + c, file = (((k * inputs) + c) * taps) + tap;
                    if (toMemory)
                        result[memory] = values[file];
                    else
                        result[file] = values[memory];
                }
        return result;
    }
}
