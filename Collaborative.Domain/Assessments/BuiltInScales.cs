namespace Collaborative.Domain.Assessments;

/// <summary>The two scales of team progress that collaboratives use; both are templates, to be made one's own by putting a scale of the same code.</summary>
public static class BuiltInScales
{
    /// <summary>From 0.5, as Life QI publishes it. The one that is used unless an assessment names another.</summary>
    public static ScaleView Progress { get; } = Scale(
        "progress-0.5-5",
        "Project progress, 0.5 to 5.0",
        Level(0.5, "Intent to participate", "The project is named.", "There is no charter and no team yet."),
        Level(1.0, "Charter and team established", "The charter is written and has been reviewed.", "People are assigned; no work has been done."),
        Level(1.5, "Planning has begun", "The work is being organised: support, a first focus, tools and materials, a schedule of meetings."),
        Level(2.0, "Activity, but no changes", "First learning cycles run: planning, measuring, a baseline, a study of the process.", "Nothing has been changed yet."),
        Level(2.5, "Changes tested, but no improvement", "First changes are being tested.", "Most goals have a measure.", "Measures are on charts with their targets."),
        Level(3.0, "Modest improvement", "Tests succeeded for some parts of the change package.", "Some changes are implemented on a small scale.", "There are signs of improvement, about a fifth of the results expected."),
        Level(3.5, "Improvement", "Testing and implementing go on.", "Measures move further towards their goals."),
        Level(4.0, "Significant improvement", "The expected results are reached in major parts of the system.", "Implementation is under way, with training and communication.", "At least half of the goals are met."),
        Level(4.5, "Sustained improvement", "The figures begin to show that the effects of the changes hold."),
        Level(5.0, "Outstanding sustainable results", "All changes are implemented.", "All goals and expected results are met.", "The organisation has changed to make them last."));

    /// <summary>From 1.0, as Breakthrough Series Collaboratives use it.</summary>
    public static ScaleView Classic { get; } = Scale(
        "classic-1-5",
        "Collaborative assessment, 1.0 to 5.0",
        Level(1.0, "Forming team", "The team is formed and has its aim.", "The population is chosen and the baseline begun."),
        Level(1.5, "Planning for the project has begun", "The team meets and discusses.", "Plans for changes are made."),
        Level(2.0, "Activity, but no changes", "The team studies, discusses and gathers data.", "No change has been tested."),
        Level(2.5, "Changes tested, but no improvement", "Parts of the change package are being tested.", "Data on the key measures are reported.", "The measures show no improvement."),
        Level(3.0, "Modest improvement", "First cycles are complete and several parts are being implemented.", "Process measures improve moderately."),
        Level(3.5, "Improvement", "Outcome measures begin to improve and process measures go on improving.", "All parts are tested and many implemented."),
        Level(4.0, "Significant improvement", "Most parts are implemented for the population chosen.", "Outcomes have improved lastingly, about half way to all goals.", "There is a plan to spread."),
        Level(4.5, "Sustainable improvement", "Most outcomes have improved lastingly.", "Three quarters of the goals are met.", "Spread to a larger population has begun."),
        Level(5.0, "Outstanding sustainable results", "All parts are implemented and all goals met.", "Outcomes are as good as the best.", "Spread to another site is under way."));

    /// <summary>By code.</summary>
    public static IReadOnlyList<ScaleView> All { get; } = [Classic, Progress];

    public static ScaleView? Find(string codeKey) => All.FirstOrDefault(scale => scale.Code == codeKey);

    private static ScaleView Scale(string code, string name, params IReadOnlyList<ScaleLevel> levels) =>
        new() { Code = code, Name = name, Levels = levels, BuiltIn = true, Revision = 0 };

    private static ScaleLevel Level(double value, string name, params IReadOnlyList<string> criteria) => new() { Value = value, Name = name, Criteria = criteria };
}
