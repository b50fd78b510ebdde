using System.Globalization;
using System.Text.RegularExpressions;

namespace Retrieval.Datasets.Readers.Reidentification;

/// <summary>
/// What a file's name tells in the form of Market-1501 and of the sets that follow it: <c>0002_c1s1_000451_03.jpg</c> is identity 2, seen by
/// camera 1; DukeMTMC's <c>0005_c2_f0046985.jpg</c> is read alike.
/// </summary>
/// <param name="Identity">Who is seen; <see cref="Junk"/> and <see cref="Distractor"/> are nobody.</param>
/// <param name="Camera">Which camera saw it.</param>
public readonly partial record struct ReidentificationName(int Identity, int Camera)
{
    /// <summary>A detection that is neither right nor wrong.</summary>
    public const int Junk = -1;

    /// <summary>An image that is wrong for every query.</summary>
    public const int Distractor = 0;

    /// <summary>The form, for messages.</summary>
    public const string Form = "'<identity>_c<camera>s<sequence>_<frame>_<box>.jpg'";

    /// <summary>Reads a file's name, without folders.</summary>
    public static bool TryParse(string fileName, out ReidentificationName name)
    {
        name = default;
        if (!ImageFiles.IsImage(fileName) || Pattern().Match(fileName) is not { Success: true } match)
            return false;
        name = new(int.Parse(match.Groups["identity"].ValueSpan, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture),
            int.Parse(match.Groups["camera"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture));
        return true;
    }

    [GeneratedRegex(@"^(?<identity>-1|[0-9]{1,9})_c(?<camera>[0-9]{1,4})(s[0-9]{1,4})?_[^/\\]+$", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
