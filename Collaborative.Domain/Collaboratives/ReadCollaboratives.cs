using Collaborative.Domain.Access;

namespace Collaborative.Domain.Collaboratives;

public sealed record GetCollaborative(Viewer Viewer, Guid CollaborativeId) : IQuery<CollaborativeView>;

/// <summary>The collaboratives that the viewer may see, by code.</summary>
public sealed record ListCollaboratives(Viewer Viewer, string? Status, string? AfterKey, int Limit) : IQuery<Page<CollaborativeView>>;
