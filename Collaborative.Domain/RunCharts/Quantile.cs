namespace Collaborative.Domain.RunCharts;

/// <summary>Medians and quartiles of values that are already in ascending order. NaN of none.</summary>
public static class Quantile
{
    /// <summary>The middle value, or half way between the two middle ones.</summary>
    public static double Median(ReadOnlySpan<double> ascending)
    {
        if (ascending.IsEmpty)
        {
            return double.NaN;
        }

        var middle = ascending.Length / 2;
        return (ascending.Length & 1) == 1 ? ascending[middle] : (ascending[middle - 1] + ascending[middle]) / 2;
    }

    /// <summary>Type 7 of Hyndman and Fan, The American Statistician 1996;50:361-365, the default of most statistics packages.</summary>
    /// <param name="share">From 0 to 1.</param>
    public static double Type7(ReadOnlySpan<double> ascending, double share)
    {
        if (ascending.IsEmpty)
        {
            return double.NaN;
        }

        var place = (ascending.Length - 1) * share;
        var below = (int)place;
        return below + 1 == ascending.Length
            ? ascending[below]
            : ascending[below] + ((place - below) * (ascending[below + 1] - ascending[below]));
    }
}
