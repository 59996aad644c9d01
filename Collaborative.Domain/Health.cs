namespace Collaborative.Domain;

/// <summary>Is there room for a unit of work, and does the database take one?</summary>
public sealed record BeatHeart : ICommand<int>;
