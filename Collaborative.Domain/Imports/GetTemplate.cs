using Collaborative.Domain.Access;

namespace Collaborative.Domain.Imports;

/// <summary>A workbook for one team to fill in: its measures and months are there already, and so are the figures that it has sent.</summary>
public sealed record GetTemplate(Viewer Viewer, Guid CollaborativeId, Guid TeamId) : IQuery<byte[]>;
