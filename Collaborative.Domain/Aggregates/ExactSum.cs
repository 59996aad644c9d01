namespace Collaborative.Domain.Aggregates;

/// <summary>
/// A running sum that carries its rounding errors along (Neumaier, ZAMM 1974;54:39-51). Fed in ascending order it gives the same total
/// whatever order the rows came in.
/// </summary>
internal struct ExactSum
{
    private double sum;
    private double carried;

    public readonly double Total => sum + carried;

    public void Add(double term)
    {
        var next = sum + term;
        carried += Math.Abs(sum) >= Math.Abs(term) ? sum - next + term : term - next + sum;
        sum = next;
    }

    /// <summary>The sum of the terms; sorts them in place.</summary>
    public static double OfSorted(Span<double> terms)
    {
        terms.Sort();
        var sum = new ExactSum();
        foreach (var term in terms)
        {
            sum.Add(term);
        }

        return sum.Total;
    }
}
