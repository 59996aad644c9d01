namespace Collaborative.Domain.RunCharts;

/// <summary>The rules of the charts with limits, each set with the numbers its authors give.</summary>
internal static class ControlRules
{
    public static void Apply(in PhaseFrame frame, ref Findings findings)
    {
        OutsideLimits(frame, ref findings);

        // Neighbouring moving ranges share a value, so that runs of them mean nothing (Nelson 1982).
        if (frame.Settings.Type == ChartType.Mr)
        {
            return;
        }

        switch (frame.Settings.Rules)
        {
            // Western Electric 1956: eight on one side; the zones as below.
            case RuleSet.WesternElectric:
                UsefulRuns.Report(frame, SignalRule.Shift, 8, ref findings);
                ZoneRules.TwoOfThree(frame, ref findings);
                ZoneRules.FourOfFive(frame, ref findings);
                break;
            // Nelson 1984: nine on one side, six going one way, fourteen in turn; the zones as below.
            case RuleSet.Nelson:
                UsefulRuns.Report(frame, SignalRule.Shift, 9, ref findings);
                TrendRule.Report(frame, 6, tiesBreak: false, ref findings);
                ZoneRules.TwoOfThree(frame, ref findings);
                ZoneRules.FourOfFive(frame, ref findings);
                ZoneRules.FifteenInner(frame, ref findings);
                ZoneRules.EightOutside(frame, ref findings);
                AlternatingRule.Report(frame, 14, ref findings);
                break;
            // Provost and Murray 2011: eight on one side, six going one way, two of three in the outer third, fifteen in the inner third.
            case RuleSet.HealthCareDataGuide:
                UsefulRuns.Report(frame, SignalRule.Shift, 8, ref findings);
                TrendRule.Report(frame, 6, tiesBreak: false, ref findings);
                ZoneRules.TwoOfThree(frame, ref findings);
                ZoneRules.FifteenInner(frame, ref findings);
                break;
            // NHSRplotthedots 0.2.2: seven on one side, seven going one way, both broken by a tie.
            case RuleSet.MakingDataCount:
                UsefulRuns.Report(frame, SignalRule.Shift, 7, ref findings, tiesBreak: true);
                TrendRule.Report(frame, 7, tiesBreak: true, ref findings);
                ZoneRules.TwoOfThreeWithinLimits(frame, ref findings);
                break;
        }
    }

    /// <summary>
    /// Beyond a limit, not on it. Excluded points too: they have no part in the limits, and it is for people to see that they lie outside.
    /// </summary>
    private static void OutsideLimits(in PhaseFrame frame, ref Findings findings)
    {
        for (var i = 0; i < frame.Values.Length; i++)
        {
            SignalDirection? direction = OnTheLine.Side(frame.Values[i], frame.Upper[i]) > 0 ? SignalDirection.Up
                : OnTheLine.Side(frame.Values[i], frame.Lower[i]) < 0 ? SignalDirection.Down
                : null;
            if (direction is not null)
            {
                var position = frame.Span.Start + i;
                findings.Add(SignalRule.OutsideLimits, position, position, direction);
                findings.Mark(position, SignalRule.OutsideLimits, direction);
            }
        }
    }
}
