using System.CommandLine;
using Retrieval.Cli.Output;
using Retrieval.Host;

namespace Retrieval.Cli;

/// <summary>What a running verb works with: its options' values, where its output goes, and the wish to stop.</summary>
internal sealed class Session(ParseResult arguments, GlobalOptions options, Figures figures, IProgressReporter progress, CancellationToken cancellation)
{
    /// <summary>Results, on standard output.</summary>
    public Figures Figures => figures;

    /// <summary>Progress and remarks, on standard error.</summary>
    public IProgressReporter Progress => progress;

    /// <summary>Fires on Ctrl-C; work that takes long passes it on or asks it between steps.</summary>
    public CancellationToken Cancellation => cancellation;

    public bool Json => arguments.GetValue(options.Json);

    /// <summary>Threads that compute, 1 or more.</summary>
    public int Threads => arguments.GetValue(options.Threads) is > 0 and var count ? count : Environment.ProcessorCount;

    /// <summary>Where all randomness comes from, 0 or more.</summary>
    public int Seed => arguments.GetValue(options.Seed);

    public DeviceName DeviceName => arguments.GetValue(options.Device);

    public T? Value<T>(Option<T> option) => arguments.GetValue(option);

    public T? Value<T>(Argument<T> argument) => arguments.GetValue(argument);

    /// <summary>Whether the user wrote the option, as opposed to its default.</summary>
    public bool IsGiven(Option option) => arguments.GetResult(option) is { Implicit: false };

    /// <summary>Opens the device that the user asked for, in the precision that was asked for or else suits the verb.</summary>
    /// <param name="training">Whether networks are trained on it.</param>
    /// <exception cref="DeviceException">There is no such device here, or not with this precision.</exception>
    public Device OpenDevice(bool training = false) => OpenDevice(training, Threads);

    /// <summary>As <see cref="OpenDevice(bool)"/>, with another number of threads.</summary>
    public Device OpenDevice(bool training, int threads) => Device.Open(DeviceName, threads, arguments.GetValue(options.Precision) ?? DeviceName.UsualPrecision(training));

    /// <summary>Runs a check of the user's values, such as an options record's Validate: what it complains of is the user's mistake.</summary>
    public static void Check(Action check) => Checked<object?>(() =>
    {
        check();
        return null;
    });

    /// <summary>As <see cref="Check"/> for a check that returns what it checked.</summary>
    public static T Checked<T>(Func<T> check)
    {
        try
        {
            return check();
        }
        catch (ArgumentException mistake)
        {
            throw new UsersMistakeException(MessageOf(mistake), mistake);
        }
    }

    // Leaves out the parameter's name that the platform appends: it means nothing to a user.
    private static string MessageOf(ArgumentException mistake) => mistake.ParamName is { Length: > 0 } name
        ? mistake.Message.Replace($" (Parameter '{name}')", "", StringComparison.Ordinal)
        : mistake.Message;
}
