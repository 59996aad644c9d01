using System.Security.Cryptography;
using Collaborative.Domain;
using Collaborative.Domain.Access;
using Collaborative.Domain.Chase;
using Collaborative.Infrastructure.Database;
using Collaborative.Infrastructure.Pipeline;
using Collaborative.Infrastructure.Rosters;
using MediatR;
using Microsoft.AspNetCore.DataProtection;

namespace Collaborative.Infrastructure.Chase;

/// <summary>Links that name a person and that nobody else can make.</summary>
internal sealed class OptOutLinks(IDataProtectionProvider protection, ReminderSettings settings)
{
    private const int MostCharacters = 500;

    private readonly IDataProtector protector = protection.CreateProtector("Chase.OptOut");

    public string AddressFor(Guid memberId) => settings.OptOutAddress(protector.Protect(memberId.ToString("D")));

    /// <returns>Null for a link that is not ours.</returns>
    public Guid? Read(string token)
    {
        if (token.Length > MostCharacters)
        {
            return null;
        }

        try
        {
            return Guid.ParseExact(protector.Unprotect(token), "D");
        }
        catch (Exception exception) when (exception is CryptographicException or FormatException)
        {
            return null;
        }
    }
}

internal sealed class OptOutHandler(UnitOfWork unitOfWork, IDatabase database, OptOutLinks links, TimeProvider clock) :
    IRequestHandler<GetOptOut, Outcome<OptOutView>>,
    IRequestHandler<OptOut, Outcome<OptOutView>>
{
    internal static readonly SqlText LoadMember = $"SELECT {TeamMemberRow.Columns} FROM TeamMember WHERE Id = @memberId";

    internal static readonly SqlText LoadNames =
        """
        SELECT p.Id, p.Name, t.Name AS Team, c.Name AS Collaborative, p.IsOptedOut
        FROM TeamMember p
        JOIN Team t ON t.Id = p.TeamId
        JOIN Collaborative c ON c.Id = p.CollaborativeId
        WHERE p.Id = @memberId
        """;

    public async Task<Outcome<OptOutView>> Handle(GetOptOut request, CancellationToken cancellationToken) =>
        links.Read(request.Token) is { } memberId
        && await database.Read(session => session.First<NamesRow>(LoadNames, new { memberId }, cancellationToken), cancellationToken) is { } row
            ? row.View
            : Problem.NotFound;

    public async Task<Outcome<OptOutView>> Handle(OptOut request, CancellationToken cancellationToken)
    {
        var session = unitOfWork.Session;
        var memberId = request.MemberId;
        if (await session.First<TeamMemberRow>(LoadMember, new { memberId }, cancellationToken) is not { } found)
        {
            return Problem.NotFound;
        }

        await session.Hold(found.CollaborativeId, cancellationToken);
        var member = (await session.First<TeamMemberRow>(LoadMember, new { memberId }, cancellationToken))!;
        if (!member.IsOptedOut)
        {
            // Whoever has the link is the person it was sent to.
            var person = new Viewer { KeyId = Guid.Empty, Name = member.Name, Role = Role.Member };
            await session.Save<TeamMemberRow, Domain.Rosters.TeamMemberView>(
                new Change(person, member.CollaborativeId, member.TeamId, TeamMemberRow.Subject, Preconditions.None, "Wants no more reminders"),
                PutTeamMemberHandler.Update,
                member with { IsOptedOut = true },
                clock,
                cancellationToken);
        }

        return (await session.First<NamesRow>(LoadNames, new { memberId }, cancellationToken))!.View;
    }

    private sealed record NamesRow
    {
        public Guid Id { get; init; }

        public string Name { get; init; } = "";

        public string Team { get; init; } = "";

        public string Collaborative { get; init; } = "";

        public bool IsOptedOut { get; init; }

        public OptOutView View => new(Id, Name, Team, Collaborative, IsOptedOut);
    }
}
