using System.CommandLine;
using System.Globalization;
using System.Numerics;

namespace Retrieval.Cli;

/// <summary>Options that take a number within bounds; a value outside them, or none at all, is refused with one line that says what was expected.</summary>
internal static class NumberOptions
{
    /// <summary>A number from <paramref name="least"/> to <paramref name="most"/>, <paramref name="otherwise"/> when the option is not given.</summary>
    public static Option<T> Create<T>(string name, string description, T otherwise, T least, T most) where T : struct, INumber<T> => new(name)
    {
        Description = description,
        HelpName = "n",
        DefaultValueFactory = _ => otherwise,
        CustomParser = result =>
        {
            var text = result.Tokens[^1].Value;
            if (T.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most)
                return value;
            result.AddError(string.Create(CultureInfo.InvariantCulture, $"{name}: expected a number from {least} to {most}, got '{text}'"));
            return otherwise;
        },
    };
}
