using System.Globalization;
using System.Security.Cryptography;
using Collaborative.Domain;
using Collaborative.Domain.Access;
using Collaborative.Domain.Assessments;
using Collaborative.Domain.Barriers;
using Collaborative.Domain.Calendars;
using Collaborative.Domain.ChangePackages;
using Collaborative.Domain.Charters;
using Collaborative.Domain.Chase;
using Collaborative.Domain.Coaching;
using Collaborative.Domain.Enrolments;
using Collaborative.Domain.LearningSessions;
using Collaborative.Domain.Library;
using Collaborative.Domain.Pdsa;
using Collaborative.Domain.Prework;
using Collaborative.Domain.Reports;
using Collaborative.Domain.Rosters;
using Collaborative.Domain.RunCharts;
using Collaborative.Domain.Samples;
using Collaborative.Domain.Stages;

namespace Collaborative.Api.Verbs;

/// <summary>Something that somebody did in the sample, and when.</summary>
internal sealed record DemoStep(DateTimeOffset At, Func<Task> Do);

/// <summary>The life of the sample collaborative around its figures, each step through the system's own commands.</summary>
/// <param name="teams">The ids of the teams, in the order of the sample.</param>
/// <param name="measures">The ids of the measures by code.</param>
/// <param name="keyId">A key that has expired long since: its holder is everybody in the story.</param>
internal sealed class DemoStory(Guid keyId, Guid collaborativeId, IReadOnlyList<Guid> teams, IReadOnlyDictionary<string, Guid> measures, DemoStory.Sender send)
{
    private static readonly Preconditions Any = new() { MatchesAny = true };

    private static readonly (string Code, string Title, PreworkType Type, int Offset, TeamRole Owner)[] Prework =
    [
        ("roster", "Name the team", PreworkType.TeamRoster, -42, TeamRole.SeniorLeader), ("aim", "Draft the aim", PreworkType.Document, -42, TeamRole.DayToDayLeader),
        ("baseline", "Send twelve months of baseline figures", PreworkType.MeasureBaseline, -28, TeamRole.DataLead), ("call", "Join the prework call", PreworkType.CallAttendance, -28, TeamRole.DayToDayLeader),
        ("storyboard", "Bring a storyboard", PreworkType.Storyboard, -14, TeamRole.DayToDayLeader),
    ];

    private readonly List<DemoStep> steps = [];

    /// <summary>Sends one command as if at the time of the step.</summary>
    public interface Sender
    {
        Task<T> Send<T>(ICommand<T> command);
    }

    private Viewer Director => new() { KeyId = keyId, Name = IntensiveCareStory.Director, Role = Role.Administrator };

    /// <summary>All of it, in no order.</summary>
    public IReadOnlyList<DemoStep> Steps()
    {
        Plan();
        for (var team = 0; team < teams.Count; team++)
        {
            Recruit(team);
            Meet(team);
            Test(team);
            Report(team);
        }

        Teach();
        return steps;
    }

    private Viewer Faculty(string name = IntensiveCareStory.Advisor) => new() { KeyId = keyId, Name = name, Role = Role.Faculty, CollaborativeId = collaborativeId };

    private Viewer Lead(int team) => new()
    {
        KeyId = keyId,
        Name = $"Data lead, {IntensiveCareSample.Teams[team].Code}",
        Role = Role.DataLead,
        CollaborativeId = collaborativeId,
        TeamIds = new HashSet<Guid> { teams[team] },
    };

    private void On<T>(DateOnly day, int hour, ICommand<T> command) =>
        steps.Add(new DemoStep(At(day, hour), () => send.Send(command)));

    private static DateTimeOffset At(DateOnly day, int hour) => new(day.ToDateTime(new TimeOnly(hour, 0)), TimeSpan.Zero);

    private void Plan()
    {
        var begun = IntensiveCareStory.Begun;
        On(begun.AddDays(1), 10, new PutCalendarEvent(Director, collaborativeId, "congress", new CalendarEventBody
        {
            Kind = CalendarKind.Event,
            Title = "National patient safety congress",
            From = new DateOnly(2012, 4, 26),
            To = new DateOnly(2012, 4, 27),
        }, Preconditions.None));
        On(begun, 10, new PlanCalendar(Director, collaborativeId, new CalendarPlanBody { FirstLearningSession = IntensiveCareStory.Sessions[0] }, Preconditions.None));
        var aim = new Aim
        {
            Statement = "Reduce ventilator-associated pneumonia by 60 % in 24 intensive care units by December 2012",
            HowMuch = "by 60 %",
            ByWhen = "2012-12",
            ForWhom = "ventilated adults in 24 intensive care units",
        };
        On(begun.AddDays(30), 10, new PutCharter(Director, collaborativeId, null, new CharterBody
        {
            Title = "Safer intensive care",
            Problem = "What prevents pneumonia and line infections is known, and done for some patients on some days.",
            Aim = aim,
            Measures = [.. IntensiveCareSample.Measures.Select(measure => measure.Code)],
            Method = "Breakthrough Series: three learning sessions, action periods, the Model for Improvement",
            Setting = "24 intensive care units of one country",
            ExpectationsOfTeams = "Three people at each session, figures every month, tests of change every week",
            Status = CharterStatus.Submitted,
        }, Preconditions.None));
        On(begun.AddDays(32), 10, new ReviewCharter(Director, collaborativeId, null, new CharterReviewBody { CharterRevision = 1, Verdict = CharterVerdict.Accepted }, Preconditions.None));
        On(begun.AddDays(40), 10, new PutChangePackage(Director, collaborativeId, IntensiveCareStory.Package, Preconditions.None));
        foreach (var (code, title, type, offset, owner) in Prework)
        {
            On(begun.AddDays(45), 10, new PutPreworkItem(Director, collaborativeId, code, new PreworkItemBody { Title = title, Type = type, DueOffsetDays = offset, OwnerRole = owner }, Preconditions.None));
        }

        for (var i = 0; i < IntensiveCareStory.Sessions.Count; i++)
        {
            var day = IntensiveCareStory.Sessions[i];
            On(begun.AddDays(50), 10 + i, new PutLearningSession(Director, collaborativeId, $"ls{i + 1}", new LearningSessionBody
            {
                Number = i + 1,
                Title = $"Learning session {i + 1}",
                FirstDay = day,
                LastDay = day.AddDays(1),
                Place = "Edinburgh",
                Agenda =
                [
                    new AgendaItem { Day = day, Starts = "09:30", Title = i == 0 ? "The change package" : "What the figures say", Lead = IntensiveCareStory.Director },
                    new AgendaItem { Day = day, Starts = "13:30", Title = i == 2 ? "Holding the gains" : "Teams teach teams" },
                    new AgendaItem { Day = day.AddDays(1), Starts = "09:00", Title = "Plans for the action period", Lead = IntensiveCareStory.Advisor },
                ],
            }, Preconditions.None));
        }

        void Move(DateOnly day, Stage stage, string reason, StageSessionBody? session = null) =>
            On(day, 12, new MoveStage(Director, collaborativeId, new StageBody { Stage = stage, Reason = reason, Session = session }, Any));
        Move(begun.AddDays(60), Stage.Recruiting, "The charter is accepted");
        Move(new DateOnly(2011, 10, 24), Stage.Prework, "24 teams are selected");
        for (var i = 0; i < IntensiveCareStory.Sessions.Count; i++)
        {
            var day = IntensiveCareStory.Sessions[i];
            Move(day, Stage.Active, $"Learning session {i + 1} begins", new StageSessionBody { Kind = StageSessionKind.LearningSession, Number = i + 1 });
            Move(day.AddDays(2), Stage.Active, "Teams are back on their units", new StageSessionBody { Kind = StageSessionKind.ActionPeriod, Number = i + 1 });
        }

        Move(new DateOnly(2012, 12, 10), Stage.Closing, "The closing congress is planned");
    }

    private void Recruit(int team)
    {
        var id = teams[team];
        var lead = Lead(team);
        var applied = new DateOnly(2011, 9, 5).AddDays(team % 12);
        void Enrol(Viewer by, DateOnly day, EnrolmentState state, string? reason = null, CommitmentLetter? letter = null) =>
            On(day, 9, new PutEnrolment(by, collaborativeId, id, new EnrolmentBody { State = state, Reason = reason, Letter = letter }, state == EnrolmentState.Applied ? Preconditions.None : Any));
        Enrol(lead, applied, EnrolmentState.Applied);
        Enrol(Director, applied.AddDays(10), EnrolmentState.UnderReview);
        Enrol(Director, applied.AddDays(24), EnrolmentState.Selected);
        foreach (var (code, body) in IntensiveCareStory.People(team))
        {
            On(applied.AddDays(26), 9, new PutTeamMember(lead, collaborativeId, id, code, body, Preconditions.None));
        }

        var leader = IntensiveCareStory.People(team).First().Body.Name;
        On(applied.AddDays(28), 8, new PutReadiness(lead, collaborativeId, id, new ReadinessBody
        {
            Items =
            [
                .. Enumerable.Range(1, 6).Select(number => new ReadinessItemBody
                {
                    Number = number,
                    Rating = (team + number) % 4 == 0 ? ReadinessRating.Partly : ReadinessRating.Met,
                    GapAction = (team + number) % 4 == 0 ? "Agreed with the senior leader" : null,
                }),
            ],
        }, Preconditions.None));
        Enrol(lead, applied.AddDays(30), EnrolmentState.Committed, letter: new CommitmentLetter { SeniorLeader = leader, SignedOn = applied.AddDays(29) });
        for (var i = 0; i < Prework.Length; i++)
        {
            var day = IntensiveCareStory.Sessions[0].AddDays(Prework[i].Offset - 3 + (team % 6));
            On(day, 14, new PutPreworkProgress(lead, collaborativeId, id, Prework[i].Code, new PreworkProgressBody { State = PreworkState.Submitted, Evidence = "Sent by mail" }, Preconditions.None));
            if ((team + i) % 9 != 0)
            {
                On(day, 16, new PutPreworkProgress(Faculty(IntensiveCareStory.Coordinator), collaborativeId, id, Prework[i].Code, new PreworkProgressBody { State = PreworkState.Accepted, Evidence = "Sent by mail" }, Any));
            }
        }

        On(new DateOnly(2011, 11, 21), 9, new PutCharter(lead, collaborativeId, id, new CharterBody
        {
            Problem = "Our unit has more pneumonia than we want to live with.",
            Aim = new Aim { Statement = "Halve pneumonia in our unit by December 2012", HowMuch = "by half", ByWhen = "2012-12", ForWhom = $"ventilated patients of {IntensiveCareSample.Teams[team].Name}" },
            Measures = ["vap", "rounds"],
            Pilot = "The first four beds",
            Sponsor = leader,
            Status = team == 17 ? CharterStatus.Draft : CharterStatus.Submitted,
        }, Preconditions.None));
        if (team != 17)
        {
            On(new DateOnly(2011, 12, 5), 9, new ReviewCharter(Faculty(), collaborativeId, id, team == 8
                ? new CharterReviewBody { CharterRevision = 1, Verdict = CharterVerdict.Returned, Comment = "Say which beds you begin with, and who audits the rounds." }
                : new CharterReviewBody { CharterRevision = 1, Verdict = CharterVerdict.Accepted }, Preconditions.None));
        }

        Enrol(Director, new DateOnly(2012, 1, 10), EnrolmentState.Active);
        if (IntensiveCareSample.Membership(IntensiveCareSample.Teams[team].Code).WithdrawnAfter is { } last)
        {
            On(last.LastDay, 9, new PutEnrolment(Director, collaborativeId, id, new EnrolmentBody { State = EnrolmentState.Withdrawn, LastMonth = last, Reason = "The unit merged with another" }, Any));
        }
    }

    private bool TakesPart(int team, DateOnly day) =>
        IntensiveCareSample.Membership(IntensiveCareSample.Teams[team].Code).WithdrawnAfter is not { } last || Month.Of(day) <= last;

    private void Meet(int team)
    {
        for (var i = 0; i < IntensiveCareStory.Sessions.Count; i++)
        {
            var day = IntensiveCareStory.Sessions[i];
            if (!TakesPart(team, day) || (team + i) % 11 == 5)
            {
                continue;
            }

            var present = Enumerable.Range(1, 2 + ((team + i) % 3)).Select(number => new PresentMember { Member = $"m{number + (team % 2)}", Mode = (team + number) % 7 == 0 ? AttendanceMode.Virtual : AttendanceMode.InPerson });
            On(day, 18, new PutAttendance(Faculty(IntensiveCareStory.Coordinator), collaborativeId, teams[team], $"ls{i + 1}", day, new AttendanceBody { Present = [.. present] }, Preconditions.None));
            if (i > 0)
            {
                Bring(team, $"ls{i + 1}", day.AddDays(-2));
            }

            On(day.AddDays(3), 9, new PutEvaluation(Lead(team), collaborativeId, teams[team], $"ls{i + 1}", new EvaluationBody
            {
                Ratings = [.. SessionRules.DefaultQuestions.Select((question, q) => new QuestionRating { Question = question.Code, Rating = 3 + ((team + q + i) % 3) })],
                Comments = team % 6 == 0 ? "More time with the other teams, please." : null,
            }, Preconditions.None));
        }

        if (team % 8 == 2)
        {
            On(new DateOnly(2012, 3, 20), 17, new PutSiteVisit(Faculty(), collaborativeId, teams[team], "spring", new SiteVisitBody
            {
                On = new DateOnly(2012, 3, 20),
                Visitors = [IntensiveCareStory.Advisor],
                Notes = "Walked the round with the night team; the goals sheet is used, but filled in afterwards.",
                Actions = [new AgreedAction { What = "Move the sheet to the bedside", Owner = "Day-to-day leader", Due = new DateOnly(2012, 4, 10), Done = true }],
            }, Preconditions.None));
        }
    }

    private void Bring(int team, string session, DateOnly day)
    {
        var (success, obstacle) = IntensiveCareStory.Said(team, Month.Of(day));
        var file = DemoStoryboard.Pdf(
            $"{IntensiveCareSample.Teams[team].Name}: our storyboard",
            ["Aim: halve pneumonia in our unit by December 2012.", $"What went well: {success}", $"What stands in the way: {obstacle}", "Ask us about the kits, and tell us about your nights."]);
        steps.Add(new DemoStep(At(day, 15), async () =>
        {
            var id = await send.Send(new BeginStoryboard(collaborativeId, teams[team], session, StoryboardFormat.Pdf));
            await send.Send(new AppendStoryboardPart(id, 0, file));
            await send.Send(new PutStoryboard(Lead(team), collaborativeId, teams[team], session, id, StoryboardFormat.Pdf, Convert.ToHexStringLower(SHA256.HashData(file)), file.Length, Preconditions.None));
        }));
    }

    /// <summary>A ramp of growing scale on one idea, and a single test on another.</summary>
    private void Test(int team)
    {
        var ramp = IntensiveCareStory.Ideas[(team * 5) % IntensiveCareStory.Ideas.Count];
        var other = IntensiveCareStory.Ideas[((team * 7) + 3) % IntensiveCareStory.Ideas.Count];
        var scales = new[] { ScaleKind.OnePatient, ScaleKind.OneShift, ScaleKind.OneUnit, ScaleKind.Several };
        for (var step = 0; step < scales.Length; step++)
        {
            var started = new DateOnly(2012, 2, 6).AddDays((team % 10) + (step * 24));
            Cycle(team, $"{ramp}-{step + 1}", ramp, step == 0 ? null : $"{ramp}-{step}", scales[step], started, step == scales.Length - 1 ? PdsaDecision.Adopt : PdsaDecision.Adapt, step > 1);
        }

        Cycle(team, $"{other}-try", other, null, ScaleKind.OnePatient, new DateOnly(2012, 6, 4).AddDays(team), team % 3 == 0 ? PdsaDecision.Abandon : PdsaDecision.Adapt, team % 4 == 0);
        for (var i = 0; i < 7; i++)
        {
            var idea = IntensiveCareStory.Ideas[((team * 5) + (i * 3)) % IntensiveCareStory.Ideas.Count];
            var status = i == 0 ? (team % 4 == 0 ? IdeaStatus.Spread : IdeaStatus.Implemented) : ((team + i) % 5) switch { 0 => IdeaStatus.Spread, 1 or 2 => IdeaStatus.Implemented, _ => IdeaStatus.Testing };
            if (i < 3 + (team % 5))
            {
                On(new DateOnly(2012, 7, 2), 9, new PutProgress(Lead(team), collaborativeId, teams[team], idea, new ProgressBody { Status = status, Since = new DateOnly(2012, 7, 1) }, Preconditions.None));
            }
        }

        if (team % 2 == 0)
        {
            Struggle(team);
        }
    }

    private void Cycle(int team, string code, string idea, string? after, ScaleKind scale, DateOnly started, PdsaDecision decision, bool share)
    {
        if (!TakesPart(team, started))
        {
            return;
        }

        var title = IntensiveCareStory.Package.PrimaryDrivers!.SelectMany(primary => primary.SecondaryDrivers!).SelectMany(secondary => secondary.Concepts!)
            .SelectMany(concept => concept.Ideas!).First(found => found.Code == idea).Title!;
        var happened = decision switch { PdsaDecision.Adopt => PredictionOutcome.AsPredicted, PdsaDecision.Adapt => PredictionOutcome.Partly, _ => PredictionOutcome.Not };
        On(started.AddDays(6), 15, new PutPdsa(Lead(team), collaborativeId, teams[team], code, new PdsaBody
        {
            Title = title,
            Objective = "Find out whether it can be done here, and what stands in the way",
            Idea = idea,
            Measure = IntensiveCareStory.MeasureOf(idea),
            After = after,
            Scale = new PdsaScale(scale, null),
            Plan = new PdsaPlan { Questions = ["Does it fit into the work of a shift?"], Predictions = ["It takes less than five minutes", "Nobody forgets it"], Who = "The nurse in charge", Where = "Beds 1 to 4" },
            StartedOn = started,
            Do = new PdsaDo { Observations = "Done on every occasion but one; the kit was not where it should be." },
            Study = new PdsaStudy
            {
                Results = [new PredictionResult(1, PredictionOutcome.AsPredicted, null), new PredictionResult(2, happened, null)],
                Learned = happened == PredictionOutcome.Not ? "Without a fixed place and time it is forgotten." : "A fixed place and time did more than a reminder.",
            },
            Act = new PdsaAct(decision, decision == PdsaDecision.Adapt ? "Try it with more people, at a fixed time" : null),
            EndedOn = started.AddDays(5),
            State = PdsaState.Closed,
            Share = share,
            DegreeOfBelief = share ? (decision == PdsaDecision.Adopt ? DegreeOfBelief.High : DegreeOfBelief.Medium) : null,
        }, Preconditions.None));
    }

    private void Struggle(int team)
    {
        var raised = new DateOnly(2012, 3, 1).AddDays(team * 2);
        var barrier = new BarrierBody
        {
            Description = IntensiveCareStory.Said(team, new Month(2012, 3)).Obstacle,
            Level = BarrierLevel.Team,
            Owner = "Day-to-day leader",
            RequestedHelp = "A decision on who orders what",
            RaisedOn = raised,
        };
        On(raised, 9, new PutBarrier(Lead(team), collaborativeId, teams[team], "first", barrier, Preconditions.None));
        if (team % 4 == 0)
        {
            On(raised.AddDays(20), 9, new PutBarrier(Lead(team), collaborativeId, teams[team], "first", barrier with { Level = BarrierLevel.SeniorLeader, Owner = "Senior leader", Reason = "It needs money we do not have" }, Any));
        }

        if (team % 6 == 0)
        {
            On(raised.AddDays(45), 9, new PutBarrier(Lead(team), collaborativeId, teams[team], "first", (team % 4 == 0 ? barrier with { Level = BarrierLevel.SeniorLeader, Owner = "Senior leader" } : barrier) with
            {
                State = BarrierState.Resolved,
                Resolution = "The wards share one store, and the night team has the key.",
            }, Any));
        }
    }

    /// <summary>The second half of the year, when the figures are ones to talk about.</summary>
    private void Report(int team)
    {
        for (var number = 7; number <= 12; number++)
        {
            var month = new Month(2012, number);
            var due = month.AddMonths(1).FirstDay.AddDays(9 + (team % 4));
            if (!TakesPart(team, month.LastDay))
            {
                continue;
            }

            if ((team + number) % 10 == 0)
            {
                On(due.AddDays(3), 10, new PutChaseContact(Faculty(IntensiveCareStory.Coordinator), collaborativeId, teams[team], month, new ChaseContactBody
                {
                    ContactedOn = due.AddDays(3),
                    Note = "The data lead is on leave; the day-to-day leader sends the figures, and the report stays out this month.",
                }, Preconditions.None));
                continue;
            }

            var (success, obstacle) = IntensiveCareStory.Said(team, month);
            On(due, 11, new PutReport(Lead(team), collaborativeId, teams[team], month, new ReportBody
            {
                Successes = success,
                Barriers = obstacle,
                HelpNeeded = team % 5 == 0 ? "Somebody who has solved this" : null,
                Lessons = "Small tests with one nurse tell more than a meeting.",
                NextPlan = "One more shift, one more bed.",
                Share = team % 3 == 0,
            }, Preconditions.None));
            var score = IntensiveCareStory.Score(team, month);
            On(due, 12, new PutAssessment(Lead(team), collaborativeId, teams[team], month, AssessmentKind.Self, new AssessmentBody { Value = Math.Min(5, score + (team % 4 == 1 ? 1 : 0)), Justification = success }, Preconditions.None));
            On(due.AddDays(4), 12, new PutAssessment(Faculty(), collaborativeId, teams[team], month, AssessmentKind.Director, new AssessmentBody { Value = score, Justification = "By the run charts and the tests of the month" }, Preconditions.None));
            if (team % 3 == 1)
            {
                var seen = Math.Max(1, score - 0.5);
                On(due.AddDays(4), 14, new PutAssessment(Faculty(), collaborativeId, teams[team], month, AssessmentKind.ImprovementAdvisor, new AssessmentBody { Value = seen, Justification = "The tests are good; the chart has not moved yet" }, Preconditions.None));
                On(due.AddDays(4), 16, new PutAssessment(Faculty(), collaborativeId, teams[team], month, AssessmentKind.Reconciled, new AssessmentBody { Value = seen, Justification = "Agreed: first the chart, then the higher score" }, Preconditions.None));
            }

            if (number < 12)
            {
                On(due.AddDays(5), 12, new ReviewReport(Faculty(), collaborativeId, teams[team], month, team % 12 == 7
                    ? new ReportReviewBody { ReportRevision = 1, Verdict = ReportVerdict.Returned, Comment = "Which test led to this? Please name it." }
                    : new ReportReviewBody { ReportRevision = 1, Verdict = ReportVerdict.Accepted }, Preconditions.None));
            }
        }
    }

    private void Teach()
    {
        for (var number = 2; number <= 12; number++)
        {
            var day = new DateOnly(2012, number, 21);
            On(day, 9, new PutCoachingCall(Faculty(IntensiveCareStory.Coordinator), collaborativeId, string.Create(CultureInfo.InvariantCulture, $"all-{number:00}"), new CoachingCallBody
            {
                Kind = CallKind.AllTeam,
                Title = "All teams",
                StartsAt = new DateTimeOffset(day.ToDateTime(new TimeOnly(14, 0)), TimeSpan.Zero),
                DurationMinutes = 60,
                Host = IntensiveCareStory.Director,
                Minutes = "Two teams showed their charts; everybody said what they test next.",
                Actions = [new AgreedAction { What = "Send the goals sheet round", Owner = IntensiveCareStory.Coordinator, Due = day.AddDays(7), Done = true }],
            }, Preconditions.None));
            var came = Enumerable.Range(0, teams.Count).Where(team => TakesPart(team, day) && (team + number) % 6 != 0).Select(team => IntensiveCareSample.Teams[team].Code);
            On(day, 16, new PutCallAttendance(Faculty(IntensiveCareStory.Coordinator), collaborativeId, string.Create(CultureInfo.InvariantCulture, $"all-{number:00}"), new CallAttendanceBody { Teams = [.. came] }, Preconditions.None));
        }

        On(new DateOnly(2012, 3, 6), 10, new PutThreadPost(Lead(3), collaborativeId, "oral-care", "kits", new ThreadPostBody { Kind = PostKind.Question, Text = "Where do you keep the kits so that nights can find them?" }, Preconditions.None));
        On(new DateOnly(2012, 3, 7), 10, new PutThreadPost(Lead(9), collaborativeId, "oral-care", "kits-answer", new ThreadPostBody { Kind = PostKind.Answer, InReplyTo = "kits", Text = "In a box on the ventilator itself. The day team refills it." }, Preconditions.None));
        On(new DateOnly(2012, 8, 14), 10, new PutThreadPost(Faculty(), collaborativeId, "daily-goals", "how-long", new ThreadPostBody { Kind = PostKind.Question, Text = "How long does your round take now?" }, Preconditions.None));
        On(new DateOnly(2012, 4, 16), 9, new PutAnnotation(Director, collaborativeId, null, "bundle", new AnnotationBody { Month = new Month(2012, 4), Kind = AnnotationKind.Implementation, Text = "The ventilator bundle is in use in most units", Measure = "vap" }, Preconditions.None));
        On(new DateOnly(2012, 11, 20), 9, new PutPhase(Director, collaborativeId, null, measures["cdiff"], new Month(2012, 7), new PhaseBody { Reason = "Antibiotic reviews in all units", Policy = RephasePolicy.Williams }, Preconditions.None));
        On(new DateOnly(2012, 5, 3), 9, new PutIdea(Lead(5), collaborativeId, teams[5], "quiet-hour", new IdeaBody { Title = "A quiet hour after lunch", Description = "Lights down and no rounds from two to three", Under = "wake" }, Preconditions.None));
        On(new DateOnly(2012, 11, 12), 9, new PutFlag(Lead(13), collaborativeId, teams[13], measures["vap"], new Month(2011, 11), new FlagBody { Astronomical = true, Reason = "An outbreak in the neighbouring ward" }, Preconditions.None));
    }
}
