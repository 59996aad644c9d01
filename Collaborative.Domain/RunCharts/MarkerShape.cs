namespace Collaborative.Domain.RunCharts;

/// <summary>A dot, or a diamond for improvement, a square for concern, a triangle for change: signals can be told apart without colour.</summary>
internal static class MarkerShape
{
    /// <summary>Paints the outline of a marker; the path is the caller's to begin and to end.</summary>
    public static void Trace(SvgCanvas canvas, double x, double y, double r, SignalMeaning? meaning)
    {
        switch (meaning)
        {
            case SignalMeaning.Improvement:
                canvas.Raw("M").Number(x).Raw(" ").Number(y - (r * 1.5)).Raw("l").Number(r * 1.5).Raw(" ").Number(r * 1.5);
                canvas.Raw("l-").Number(r * 1.5).Raw(" ").Number(r * 1.5).Raw("l-").Number(r * 1.5).Raw(" -").Number(r * 1.5).Raw("z");
                break;
            case SignalMeaning.Concern:
                canvas.Raw("M").Number(x - (r * 1.1)).Raw(" ").Number(y - (r * 1.1)).Raw("h").Number(r * 2.2);
                canvas.Raw("v").Number(r * 2.2).Raw("h-").Number(r * 2.2).Raw("z");
                break;
            case SignalMeaning.Neutral:
                canvas.Raw("M").Number(x).Raw(" ").Number(y - (r * 1.5)).Raw("l").Number(r * 1.4).Raw(" ").Number(r * 2.5);
                canvas.Raw("h-").Number(r * 2.8).Raw("z");
                break;
            default:
                canvas.Raw("M").Number(x - r).Raw(" ").Number(y).Raw("a").Number(r).Raw(" ").Number(r).Raw(" 0 1 0 ").Number(2 * r).Raw(" 0");
                canvas.Raw("a").Number(r).Raw(" ").Number(r).Raw(" 0 1 0 -").Number(2 * r).Raw(" 0z");
                break;
        }
    }
}
