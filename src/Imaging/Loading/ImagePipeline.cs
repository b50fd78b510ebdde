namespace Retrieval.Imaging.Loading;

/// <summary>
/// Reads many images on threads of its own and yields them in input order, a bounded number ahead of the consumer: loading runs
/// beside computation, and memory does not grow with the number of images.
/// </summary>
public static class ImagePipeline
{
    /// <summary>Decodes each file and hands it to <paramref name="transform"/>, which runs on the pipeline's threads.</summary>
    /// <inheritdoc cref="Read{T}(IReadOnlyList{string}, Func{int, RgbImage, T}, ImagePipelineOptions?, CancellationToken)"/>
    public static IEnumerable<ImageResult<T>> Read<T>(
        IReadOnlyList<string> paths, Func<RgbImage, T> transform, ImagePipelineOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(transform);
        return Read(paths, (_, image) => transform(image), options, cancellation);
    }

    /// <summary>As above; the transform also learns the image's index, from which it can derive its random numbers.</summary>
    /// <returns>
    /// A result for each path, in order. A file that cannot be read is a failure; an exception of the transform, or a missing libvips,
    /// is thrown to the consumer.
    /// </returns>
    /// <exception cref="ArgumentException">The options are out of range.</exception>
    /// <exception cref="OperationCanceledException">Cancelled, thrown to the consumer.</exception>
    public static IEnumerable<ImageResult<T>> Read<T>(
        IReadOnlyList<string> paths, Func<int, RgbImage, T> transform, ImagePipelineOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(paths);
        ArgumentNullException.ThrowIfNull(transform);
        options ??= ImagePipelineOptions.Default;
        options.Validate();
        return Run(paths.Count, index => ReadOne(index, paths[index], transform, options.Decode), options, cancellation);
    }

    /// <summary>Computes items 0 .. <paramref name="count"/> - 1 in the same way, whatever they are made from.</summary>
    public static IEnumerable<T> Run<T>(int count, Func<int, T> compute, ImagePipelineOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentNullException.ThrowIfNull(compute);
        options ??= ImagePipelineOptions.Default;
        options.Validate();
        return Enumerate(count, compute, options, cancellation);
    }

    private static IEnumerable<T> Enumerate<T>(int count, Func<int, T> compute, ImagePipelineOptions options, CancellationToken cancellation)
    {
        using var pipeline = new OrderedPipeline<T>(count, compute, options.DegreeOfParallelism, options.Window, cancellation);
        foreach (var item in pipeline.Items())
            yield return item;
    }

    private static ImageResult<T> ReadOne<T>(int index, string path, Func<int, RgbImage, T> transform, DecodeOptions decode)
    {
        RgbImage image;
        try
        {
            image = ImageDecoder.Decode(path, decode);
        }
        catch (Exception unreadable) when (unreadable is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            return new ImageResult<T>(index, path, default, new ImageFailure(path, unreadable.Message));
        }
        return new ImageResult<T>(index, path, transform(index, image), Failure: null);
    }
}
