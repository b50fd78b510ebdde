namespace Retrieval.Models;

/// <summary>
/// He initialisation: convolution weights from a normal distribution with variance 2 / (K R S), as torchvision does; linear weights
/// from one with variance 1 / I, class centres from one with variance 1; normalisations start as the identity.
/// </summary>
public static class WeightInitializer
{
    /// <summary>Draws every weight from the seed; the same seed gives the same network on any device.</summary>
    public static void Initialize(ParameterSet parameters, ulong seed)
    {
        var generator = new GaussianGenerator(seed);
        foreach (var parameter in parameters.All)
        {
            var shape = parameter.Value.Shape;
            var deviation = parameter.Role switch
            {
                ParameterRole.Convolution => Math.Sqrt(2.0 / ((long)shape[0] * shape[1] * shape[2])),
                ParameterRole.Linear => Math.Sqrt(1.0 / shape[1]),
                ParameterRole.Centre => 1,
                _ => 0,
            };
            if (deviation != 0)
                Draw(parameter, deviation, generator);
        }
    }

    /// <summary>Draws one parameter's values from a normal distribution around 0.</summary>
    public static void Draw(Parameter parameter, double deviation, ulong seed) => Draw(parameter, deviation, new GaussianGenerator(seed));

    private static void Draw(Parameter parameter, double deviation, GaussianGenerator generator)
    {
        var values = new float[parameter.Value.Count];
        for (var i = 0; i < values.Length; i++)
            values[i] = (float)(generator.Next() * deviation);
        parameter.Set(values);
    }
}
