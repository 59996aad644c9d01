using System.Globalization;
using System.Text;
using Collaborative.Domain.Library;

namespace Collaborative.Domain.Chase;

/// <summary>What a reminder says: short, plain, and never a figure.</summary>
public sealed record ReminderText(string Subject, string Body)
{
    /// <param name="missing">The names of the measures, and the monthly report, that are still to come.</param>
    /// <param name="address">Where figures are entered.</param>
    public static ReminderText Of(string collaborative, string team, string person, DueReminder due, IReadOnlyList<string> missing, string address)
    {
        var month = due.Month.FirstDay.ToString("MMMM yyyy", CultureInfo.InvariantCulture);
        var day = due.DueOn.ToString("dddd d MMMM", CultureInfo.InvariantCulture);
        var (subject, opening) = due.DayOffset switch
        {
            < -1 => ($"{month}: due on {day}", $"The figures of {team} for {month} are due in a week, on {day}."),
            < 1 => ($"{month}: due tomorrow", $"A friendly reminder: the figures of {team} for {month} are due tomorrow, {day}."),
            1 => ($"{month}: not here yet", $"The figures of {team} for {month} were due on {day}. We have not got all of them; might something have got lost? If they are on their way, please tell us when we may expect them."),
            _ => ($"{month}: still missing", $"The figures of {team} for {month} were due on {day}, and some are still missing. If something is in the way, please tell us: we can help, and we stop reminding you once we have heard from you."),
        };
        var body = new StringBuilder()
            .Append($"Hello {person},\n\n{opening}\n\nStill to come:\n")
            .AppendJoin("", missing.Select(item => $"- {item}\n"))
            .Append($"\nEnter them here: {address}\n\n{collaborative}\n\n")
            .Append($"You are on the roster of {team}. If you want no more reminders: ");
        return new ReminderText($"{OneLine(collaborative)} – {subject}", body.ToString());
    }

    /// <summary>The digest of a day, to somebody on a team's roster.</summary>
    public static ReminderText Of(Digest digest, string address) => new(
        OneLine(DigestText.Subject(digest)),
        $"{DigestText.Write(digest)}\nRead and answer here: {address}\n\nYou are on the roster of a team. If you want no more messages: ");

    /// <summary>The whole text. The link is a secret of the person's, and so is added only when the message leaves.</summary>
    public static string WithOptOut(string body, string optOut) => $"{body}{optOut}\n";

    // A line break in a name must not begin a header of its own.
    private static string OneLine(string text) => string.Join(' ', text.Split(['\r', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
}
