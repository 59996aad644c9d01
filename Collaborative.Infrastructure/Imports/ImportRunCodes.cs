using System.Collections.Frozen;
using System.Globalization;
using Collaborative.Domain;
using Collaborative.Domain.Imports;
using Collaborative.Domain.Measures;
using Collaborative.Domain.Submissions;
using Collaborative.Domain.Teams;
using Collaborative.Infrastructure.Database;
using Collaborative.Infrastructure.Imports.Formats;

namespace Collaborative.Infrastructure.Imports;

/// <summary>What the codes of a file mean, and the profile that is proposed where nobody has said so.</summary>
internal sealed partial class ImportRun
{
    /// <summary>What tables call the rows under their figures; a team made of one would count everybody twice.</summary>
    private static readonly FrozenSet<string> Totals =
        new[] { "total", "totals", "subtotal", "sub-total", "grand-total", "grandtotal", "overall", "all", "all-teams", "allteams", "sum", "average", "mean", "median" }.ToFrozenSet();

    internal static readonly SqlText SetUnmapped = "UPDATE ImportJob SET UnmappedJson = @unmapped WHERE Id = @importId";

    internal static readonly SqlText StrataInUse =
        """
        SELECT s.Strata FROM Submission s JOIN Measure m ON m.Id = s.MeasureId
        WHERE m.CollaborativeId = @collaborativeId AND s.Status = 'submitted' AND s.Strata IS NOT NULL AND (s.ImportId IS NULL OR s.ImportId <> @importId)
        """;

    /// <summary>
    /// While nobody has said what the partner's codes mean: looks whether all of them are ours. Where they are not, a
    /// profile is proposed, the codes are told once each, and nothing is taken.
    /// </summary>
    private async Task Survey(CancellationToken cancellation)
    {
        HashSet<(string Scheme, string Category)>? ours = null;
        await LookThrough(
            ImportRowRecord.HeaderRow,
            async row =>
            {
                foreach (var (scheme, category) in StratumSuggestion.Of(row.Sent?.Strata))
                {
                    ours ??= await OurStrata(cancellation);
                    if (!ours.Contains((scheme, category)))
                    {
                        unmapped.Add(CodeKind.Stratum, category, null, scheme);
                    }
                }
            },
            cancellation);
        seen.Clear();
        var codes = unmapped.All;
        unmapped.Clear();

        // The strata of the first partner who sends any are the collaborative's from then on.
        if (codes.All(code => code.Kind == CodeKind.Stratum) && ours is not { Count: > 0 })
        {
            return;
        }

        await Unit(
            RowsStage,
            ImportRowRecord.HeaderRow,
            null,
            TotalBytes,
            async session =>
            {
                await session.Hold(job.CollaborativeId, cancellation);
                await session.Execute(SetUnmapped, new { importId = job.Id, unmapped = StoredJson.Write(codes) }, cancellation);
                await Propose(session, codes, ours ?? [], cancellation);
            },
            cancellation);
        throw new NotTakenException(
            "unmapped", "unmapped", $"The file names {codes.Count} teams, measures or strata whose meaning nobody has confirmed. Look at the proposed profile {job.ProfileCode}, confirm it, and send the file again.");
    }

    /// <summary>Judges every row without taking any.</summary>
    private async Task LookThrough(int nextRow, Func<Row, Task> look, CancellationToken cancellation)
    {
        var looked = 0;
        await using var body = Body();
        using var records = new CsvRecords(body);
        form = Form(records.Header);
        foreach (var record in records.Read(form.Delimiter))
        {
            var row = NewRow(record);
            Judge(row);
            await look(row);
            if (++looked % RowsBetweenSigns == 0)
            {
                await Unit(RowsStage, nextRow, null, job.DoneBytes, _ => Task.CompletedTask, cancellation);
            }
        }
    }

    /// <summary>The strata that the collaborative's figures have, but for this import's own.</summary>
    private async Task<HashSet<(string Scheme, string Category)>> OurStrata(CancellationToken cancellation)
    {
        var found = new HashSet<(string, string)>();
        await database.Read(
            async session =>
            {
                await session.Read(StrataInUse, new { collaborativeId = job.CollaborativeId, importId = job.Id }, row => found.UnionWith(StratumSuggestion.Of(StratumText.Read(row.GetString(0)))), cancellation);
                return found.Count;
            },
            cancellation);
        return found;
    }

    /// <summary>Adds what a file names to the partner's proposed profile, with what it is likely to mean; a line that is there stays as it is.</summary>
    private async Task Propose(Session session, IReadOnlyList<UnmappedCode> codes, IReadOnlyCollection<(string Scheme, string Category)> ourStrata, CancellationToken cancellation)
    {
        var current = await PutProfileHandler.Current(session, job.CollaborativeId, job.ProfileCode!, cancellation);
        var before = current is { IsWithdrawn: false } ? current.Mappings : new ProfileMappings([], [], []);
        var ourTeams = teams.Values.Select(team => (team.Code, team.State.Name)).ToList();
        var ourMeasures = measures.Values.Select(measure => (measure.Code, measure.State.Name)).ToList();
        var mappings = before with
        {
            Teams =
            [
                .. before.Teams,
                .. codes.Where(code => code.Kind == CodeKind.Team && !before.Teams.Any(known => Same(known.Code, code.Code)))
                    .Select(code => new TeamMapping { Code = code.Code, Name = code.Name, Team = CodeSuggestion.Best(code.Code, code.Name, ourTeams) }),
            ],
            Measures =
            [
                .. before.Measures,
                .. codes.Where(code => code.Kind == CodeKind.Measure && !before.Measures.Any(known => Same(known.Code, code.Code)))
                    .Select(code => new MeasureMapping { Code = code.Code, Name = code.Name, Measure = CodeSuggestion.Best(code.Code, code.Name, ourMeasures) }),
            ],
            Strata =
            [
                .. before.Strata,
                .. codes.Where(code => code.Kind == CodeKind.Stratum && !before.Strata.Any(known => known.Scheme?.Trim() == code.Scheme && known.Category?.Trim() == code.Code))
                    .Select(code => (Theirs: code, Ours: StratumSuggestion.Best(code.Scheme!, code.Code, ourStrata)))
                    .Select(pair => new StratumMapping { Scheme = pair.Theirs.Scheme, Category = pair.Theirs.Code, ToScheme = pair.Ours.Scheme, ToCategory = pair.Ours.Category }),
            ],
        };
        var json = StoredJson.Write(mappings);
        if (current is { IsWithdrawn: false } && current.MappingsJson == json)
        {
            return;
        }

        var row = (current ?? new ProfileRow
        {
            Id = Guid.CreateVersion7(clock.GetUtcNow()),
            CollaborativeId = job.CollaborativeId,
            Code = job.ProfileCode!,
            CodeKey = Code.KeyOf(job.ProfileCode!),
            PartnerName = job.ProfileCode!,
            Periods = EnumText.Of(PeriodRule.LastMonth),
        }) with
        {
            IsWithdrawn = false,
            State = EnumText.Of(ProfileState.Proposed),
            MappingsJson = json,
        };
        await session.Save<ProfileRow, ProfileView>(
            new Change(viewer, job.CollaborativeId, null, ProfileRow.Subject, Preconditions.None, "Proposed from an import."),
            current is null ? PutProfileHandler.Insert : PutProfileHandler.Update,
            row,
            clock,
            cancellation);

        static bool Same(string? known, string code) => known is not null && Code.KeyOf(known) == Code.KeyOf(code);
    }

    /// <summary>What the translator found about the row; false when it keeps the row out.</summary>
    private bool TakeFindings(Row row)
    {
        row.Place = form.Cell(row.Fields, "place");
        row.Shown = int.TryParse(form.Cell(row.Fields, "shown"), NumberStyles.None, CultureInfo.InvariantCulture, out var shown) ? shown : null;
        foreach (var finding in form.Cell(row.Fields, "findings") is { } cell ? Transcript.Findings(cell) : [])
        {
            if (finding.IsOfSome)
            {
                (row.OfSome ??= []).Add(finding);
            }
            else
            {
                Take(row, finding);
            }
        }

        return row.Problems.Count == 0;
    }

    /// <summary>What the translator found that matters for this measure; false when it keeps the row out.</summary>
    private static bool TakeFindingsOf(Row row, MeasureTarget measure, MeasureMapping? mapping)
    {
        var (kind, ours) = (measure.State.Kind, measure.State.Direction);
        var theirs = mapping?.Negate != true ? ours : ours switch { Direction.Increase => Direction.Decrease, Direction.Decrease => Direction.Increase, _ => ours };
        var before = row.Problems.Count;
        foreach (var finding in row.OfSome ?? [])
        {
            if (finding.IsSaidOf(kind, theirs))
            {
                Take(row, finding);
            }
        }

        return row.Problems.Count == before;
    }

    private static void Take(Row row, Finding finding) => (finding.IsError ? row.Problems : row.Remarks ??= []).Add(new RowProblem(finding.Code, finding.Message));

    /// <summary>Partners' documents name things by addresses, of which our code may be the last part.</summary>
    private T? Find<T>(Dictionary<string, T> known, string code)
        where T : class
    {
        if (known.TryGetValue(Code.KeyOf(code), out var found) || transcribed is null)
        {
            return found;
        }

        foreach (var form in PartnerCode.Forms(code))
        {
            if (known.TryGetValue(Code.KeyOf(form), out found))
            {
                return found;
            }
        }

        return null;
    }

    private (MeasureTarget? Measure, MeasureMapping? Mapping) FindMeasure(Row row, Month? month)
    {
        if (row.MeasureText is not { } code)
        {
            row.Problems.Add(new RowProblem("required", "The measure is missing.", "measure"));
            return (null, null);
        }

        MeasureMapping? mapping = null;
        var isMapped = map?.Measure(code, month, out mapping) == true;
        if ((isMapped ? mapping?.Measure is { } ours ? measures.GetValueOrDefault(Code.KeyOf(ours)) : null : Find(measures, code)) is { } found)
        {
            return (found, mapping);
        }

        unmapped.Add(CodeKind.Measure, code, Named(row, "measureName"));
        row.Problems.Add(job.ProfileCode is null
            ? new RowProblem("unknownMeasure", "The collaborative has no measure of this code.", "measure")
            : new RowProblem("unmappedMeasure", "The partner's profile does not say which measure this code means in this month.", "measure"));
        return (null, null);
    }

    /// <summary>Points out a category that is missing among those of its scheme in the profile; it stays under the partner's name.</summary>
    private void TellStrata(Row row)
    {
        foreach (var (scheme, category) in map is null ? [] : StratumSuggestion.Of(row.Sent!.Strata))
        {
            if (!map!.Stratum(scheme, category))
            {
                unmapped.Add(CodeKind.Stratum, category, null, scheme);
                (row.Remarks ??= []).Add(new RowProblem("unmappedStratum", $"The partner's profile does not say which stratum of yours {scheme}: {category} is, so it is kept under that name.", "strata"));
            }
        }
    }

    /// <summary>The team that a code means, by the partner's profile or as one of ours.</summary>
    private Target? Known(string code, Month? month)
    {
        string? ours = null;
        var isMapped = map?.Team(code, month, out ours) == true;
        return isMapped ? ours is null ? null : teams.GetValueOrDefault(Code.KeyOf(ours)) : Find(teams, code);
    }

    private Target? FindTeam(Row row, Month? month)
    {
        if (row.TeamText is not { } code)
        {
            row.Problems.Add(new RowProblem("required", "The team is missing.", "team"));
            return null;
        }

        if (Known(code, month) is { } team)
        {
            return team;
        }

        row.IsOfNoTeam = true;
        if (job.ProfileCode is not null || !job.CreateTeams)
        {
            unmapped.Add(CodeKind.Team, code, Named(row, "teamName"));
            row.Problems.Add(job.ProfileCode is null
                ? new RowProblem("unknownTeam", "The collaborative has no team of this code that you may write for.", "team")
                : new RowProblem("unmappedTeam", "The partner's profile does not say which team of yours this code means in this month.", "team"));
            return null;
        }

        if (!Code.IsValid(code))
        {
            row.Problems.Add(new RowProblem("code", Code.Rule, "team"));
            return null;
        }

        if (Totals.Contains(Code.KeyOf(code)))
        {
            row.Problems.Add(new RowProblem("totals", "This looks like a row of totals and not like a team. Take it out; if it is a team, make the team first.", "team"));
            return null;
        }

        return teams[Code.KeyOf(code)] = new Target(teams.Count, null, code, new TeamState { Name = code, EnrolledFrom = rules.StartMonth });
    }

    /// <summary>What the partner calls it, where the document says so.</summary>
    private string? Named(Row row, string column) => transcribed is null ? null : LongForm.Unquote(form.Cell(row.Fields, column));
}
