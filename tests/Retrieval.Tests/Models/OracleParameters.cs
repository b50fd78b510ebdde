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
            if (oracle.Has("param." + parameter.Name))
                parameter.Set(WeightLayout.FromFile(parameter, oracle.Floats("param." + parameter.Name)));
    }

    /// <summary>Checks every <c>grad.NAME</c> of a parameter, and says how many there were.</summary>
    public static int CheckGradients(OracleCase oracle, ParameterSet parameters, double? tolerance = null)
    {
        var count = 0;
        foreach (var parameter in parameters.Trainable.Where(parameter => oracle.Has("grad." + parameter.Name)))
        {
            oracle.Check("grad." + parameter.Name, WeightLayout.ToFile(parameter, parameter.Gradient.ToArray<float>()), tolerance);
            count++;
        }
        return count;
    }
}
