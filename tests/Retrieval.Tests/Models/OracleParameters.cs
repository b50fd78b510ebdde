using Retrieval.Models;
using Retrieval.Models.WeightFiles;
using Retrieval.Tests.Support;

namespace Retrieval.Tests.Models;

/// <summary>Moves a reference case's parameters into a network's and holds the gradients against the case.</summary>
internal static class OracleParameters
{
    /// <summary>Loads every <c>param.NAME</c> that the network has.</summary>
    public static void Load(OracleCase oracle, ParameterSet parameters)
    {
        foreach (var parameter in parameters.All)
            if (oracle.Has("param." + Name(parameter)))
                parameter.Set(WeightLayout.FromFile(parameter, oracle.Floats("param." + Name(parameter))));
    }

    /// <summary>Checks every <c>grad.NAME</c> of a parameter, and says how many there were.</summary>
    public static int CheckGradients(OracleCase oracle, ParameterSet parameters, double? tolerance = null)
    {
        var count = 0;
        foreach (var parameter in parameters.Trainable.Where(parameter => oracle.Has("grad." + Name(parameter))))
        {
            oracle.Check("grad." + Name(parameter), WeightLayout.ToFile(parameter, parameter.Gradient.ToArray<float>()), tolerance);
            count++;
        }
        return count;
    }

    /// <summary>Checks the direction of every <c>grad.NAME</c> of a parameter, and says how many there were.</summary>
    public static int CheckDirections(OracleCase oracle, ParameterSet parameters, double leastCosine)
    {
        var count = 0;
        foreach (var parameter in parameters.Trainable.Where(parameter => oracle.Has("grad." + Name(parameter))))
        {
            oracle.CheckDirection("grad." + Name(parameter), WeightLayout.ToFile(parameter, parameter.Gradient.ToArray<float>()), leastCosine);
            count++;
        }
        return count;
    }

    /// <summary>The cases of networks that are lists of layers have positions alone.</summary>
    private static string Name(Parameter parameter) => parameter.Name.Replace("features.", "", StringComparison.Ordinal);
}
