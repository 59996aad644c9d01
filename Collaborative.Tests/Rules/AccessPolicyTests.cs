using Collaborative.Domain;
using Collaborative.Domain.Access;

namespace Collaborative.Tests.Rules;

public sealed class AccessPolicyTests
{
    private static readonly Guid Own = Guid.NewGuid();
    private static readonly Guid Other = Guid.NewGuid();
    private static readonly Guid Mine = Guid.NewGuid();
    private static readonly Guid Theirs = Guid.NewGuid();

    [Test]
    public void Every_operation_and_role_has_a_verdict()
    {
        foreach (var operation in Enum.GetValues<Operation>())
        {
            Assert.That(AccessPolicy.IsRoleAllowed(Role.Administrator, operation), Is.True, $"{operation}");
            foreach (var role in Enum.GetValues<Role>())
            {
                Assert.That(() => AccessPolicy.Decide(Of(role), operation, Own, true, Mine, true), Throws.Nothing, $"{role} {operation}");
            }
        }
    }

    [TestCase(Operation.EditCollaborative, "Administrator Director")]
    [TestCase(Operation.EditTeams, "Administrator Director")]
    [TestCase(Operation.EditMeasures, "Administrator Director")]
    [TestCase(Operation.ReadSubmissions, "Administrator Director Faculty DataLead Member Integration")]
    [TestCase(Operation.WriteSubmissions, "Administrator Director DataLead Integration")]
    [TestCase(Operation.Import, "Administrator Director DataLead Integration")]
    [TestCase(Operation.ReadTeams, "Administrator Director Faculty Sponsor DataLead Member Integration")]
    [TestCase(Operation.ReadMeasures, "Administrator Director Faculty Sponsor DataLead Member Integration")]
    [TestCase(Operation.ReadAggregateCharts, "Administrator Director Faculty Sponsor DataLead Member Integration")]
    public void An_operation_is_open_to_these_roles(Operation operation, string roles) =>
        Assert.That(Enum.GetValues<Role>().Where(role => AccessPolicy.IsRoleAllowed(role, operation)).Select(role => role.ToString()), Is.EqualTo(roles.Split(' ')));

    // Which collaborative and which team the address names ("-" none, "absent" one that is not there).
    [TestCase(Role.Administrator, "other", "theirs", Verdict.Allowed)]
    [TestCase(Role.Administrator, "absent", "-", Verdict.Allowed)]
    [TestCase(Role.Director, "own", "theirs", Verdict.Allowed)]
    [TestCase(Role.Director, "other", "-", Verdict.Hidden)]
    [TestCase(Role.Director, "absent", "-", Verdict.Hidden)]
    [TestCase(Role.DataLead, "own", "mine", Verdict.Allowed)]
    [TestCase(Role.DataLead, "own", "theirs", Verdict.Hidden)]
    [TestCase(Role.DataLead, "own", "absent", Verdict.Hidden)]
    [TestCase(Role.DataLead, "other", "mine", Verdict.Hidden)]
    [TestCase(Role.Member, "own", "mine", Verdict.Forbidden)]
    [TestCase(Role.Member, "own", "theirs", Verdict.Hidden)]
    [TestCase(Role.Faculty, "own", "mine", Verdict.Forbidden)]
    [TestCase(Role.Sponsor, "own", "mine", Verdict.Forbidden)]
    [TestCase(Role.Sponsor, "other", "mine", Verdict.Hidden)]
    public void Writing_figures_is_judged_hidden_before_forbidden(Role role, string collaborative, string team, Verdict verdict) =>
        Assert.That(
            AccessPolicy.Decide(
                Of(role), Operation.WriteSubmissions,
                collaborative switch { "own" => Own, "other" => Other, _ => null }, true,
                team switch { "mine" => Mine, "theirs" => Theirs, _ => null }, team != "-"),
            Is.EqualTo(verdict));

    [TestCase(Role.Administrator, null, 0, 365, true)]
    [TestCase(Role.Administrator, "c", 0, 365, false)]
    [TestCase(Role.Administrator, null, 1, 365, false)]
    [TestCase(Role.Director, "c", 0, 365, true)]
    [TestCase(Role.Director, null, 0, 365, false)]
    [TestCase(Role.Director, "c", 1, 365, false)]
    [TestCase(Role.Faculty, "c", 1, 365, false)]
    [TestCase(Role.Sponsor, "c", 0, 365, true)]
    [TestCase(Role.DataLead, "c", 0, 365, false)]
    [TestCase(Role.DataLead, "c", 2, 365, true)]
    [TestCase(Role.Member, "c", 0, 365, false)]
    [TestCase(Role.Integration, "c", 0, 365, true)]
    [TestCase(Role.Integration, "c", 1, 365, true)]
    [TestCase(Role.Integration, null, 0, 365, false)]
    [TestCase(Role.Director, "c", 0, 0, false)]
    [TestCase(Role.Director, "c", 0, 3651, false)]
    public void A_key_fits_its_role(Role role, string? collaborative, int teams, int days, bool fits) =>
        Assert.That(new CreateKey(role, collaborative, [.. Enumerable.Repeat("t", teams)], null, days).ShapeErrors(), fits ? Is.Empty : Is.Not.Empty);

    [Test]
    public void Tokens_are_long_random_and_known_by_their_prefix()
    {
        var tokens = Enumerable.Range(0, 100).Select(_ => ApiToken.Make()).ToList();
        Assert.That(tokens, Is.Unique);
        Assert.That(tokens, Is.All.Match("^cbl_[A-Za-z0-9_-]{43}$"));
        Assert.That(ApiToken.Hash("abc"), Is.EqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"), "SHA-256, by its published example");
    }

    private static Viewer Of(Role role) => new()
    {
        KeyId = Guid.NewGuid(),
        Name = "v",
        Role = role,
        CollaborativeId = role == Role.Administrator ? null : Own,
        TeamIds = role is Role.DataLead or Role.Member ? new HashSet<Guid> { Mine } : [],
    };
}
