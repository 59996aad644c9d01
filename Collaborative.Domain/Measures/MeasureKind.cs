namespace Collaborative.Domain.Measures;

/// <summary>What a measure's figures are made of, and so how they are divided, pooled and charted.</summary>
public enum MeasureKind
{
    /// <summary>Cases out of cases: 0 ≤ numerator ≤ denominator.</summary>
    Proportion,

    /// <summary>Events per exposure (ventilator-days, bed-days); events may exceed exposure.</summary>
    Rate,

    /// <summary>Events with equal opportunity every month; no denominator.</summary>
    Count,

    /// <summary>A quotient that is not a proportion.</summary>
    Ratio,

    /// <summary>A mean, with the number of observations behind it.</summary>
    Mean,

    /// <summary>A median; medians cannot be pooled.</summary>
    Median,

    /// <summary>Days between two events, one gap after another.</summary>
    DaysBetween,

    /// <summary>Cases between two events, one gap after another.</summary>
    CasesBetween,
}

/// <summary>Which way the measure is hoped to move.</summary>
public enum Direction
{
    Increase,
    Decrease,

    /// <summary>Neither way is better: signals mean change, not improvement.</summary>
    Neutral,
}

public enum MeasureType
{
    /// <summary>Does the system improve for the patient?</summary>
    Outcome,

    /// <summary>Are the parts performing as planned?</summary>
    Process,

    /// <summary>Are other parts harmed?</summary>
    Balancing,
}
