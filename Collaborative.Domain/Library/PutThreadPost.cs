using Collaborative.Domain.Access;

namespace Collaborative.Domain.Library;

public enum PostKind
{
    Question,
    Answer,
    Comment,
}

public sealed record ThreadPostBody
{
    public PostKind? Kind { get; init; }

    /// <summary>The code of the post that it replies to; an answer names its question.</summary>
    public string? InReplyTo { get; init; }

    public string? Text { get; init; }
}

/// <summary>Asks, answers or comments in the thread of an idea.</summary>
public sealed record PutThreadPost(Viewer Viewer, Guid CollaborativeId, string Idea, string Code, ThreadPostBody Body, Preconditions Preconditions)
    : ICommand<Written<ThreadPostView>>, IHasShape
{
    public IEnumerable<FieldError> ShapeErrors() =>
    [
        .. Shape.Code(Code, "post"),
        .. Shape.Given(Body.Kind, "/kind", "the kind: question, answer or comment"),
        .. Shape.Required(Body.Text, "/text", "the text", Shape.TextLength),
        .. Body.InReplyTo is { } reply ? Shape.Code(reply, "/inReplyTo") : [],
        .. Body is { Kind: PostKind.Answer, InReplyTo: null } ? [new FieldError("/inReplyTo", "required", "Name the question that this answers, or make it a comment.")] : Nothing,
    ];

    private static IEnumerable<FieldError> Nothing => [];
}

public sealed record WithdrawThreadPost(Viewer Viewer, Guid CollaborativeId, string Idea, string Code, string? Reason, Preconditions Preconditions)
    : ICommand<Written<ThreadPostView>>;

public sealed record GetThreadPost(Viewer Viewer, Guid CollaborativeId, string Idea, string Code) : IQuery<ThreadPostView>;

/// <summary>The thread of an idea, the oldest post first.</summary>
/// <param name="After">The instant and the key of the post after which the page begins.</param>
public sealed record ListThread(Viewer Viewer, Guid CollaborativeId, string Idea, (DateTimeOffset PostedAt, string CodeKey)? After, int Limit) : IQuery<Page<ThreadPostView>>;

public sealed record ThreadPostView
{
    public required string Idea { get; init; }

    public required string Code { get; init; }

    public required PostKind Kind { get; init; }

    public string? InReplyTo { get; init; }

    public required string Text { get; init; }

    public required string Author { get; init; }

    public required DateTimeOffset PostedAt { get; init; }

    public required int Revision { get; init; }

    public required DateTimeOffset RecordedAt { get; init; }

    public required string RecordedBy { get; init; }
}

/// <summary>What may be said where in a thread, and by whom.</summary>
public static class ThreadRules
{
    /// <summary>Whether a post may reply to another one.</summary>
    /// <param name="kind">The kind of the reply.</param>
    /// <param name="postedAt">When the reply was posted; null when it is new.</param>
    /// <param name="to">What it replies to: its kind and when it was posted; null when there is no such post.</param>
    public static FieldError? JudgeReply(PostKind kind, DateTimeOffset? postedAt, string inReplyTo, (PostKind Kind, DateTimeOffset PostedAt)? to) =>
        to is not { } post ? new FieldError("/inReplyTo", "unknown", $"There is no post {inReplyTo} in this thread.")
        : postedAt <= post.PostedAt ? new FieldError("/inReplyTo", "order", $"The post {inReplyTo} came later; a reply comes after what it replies to.")
        : kind == PostKind.Answer && post.Kind != PostKind.Question ? new FieldError("/inReplyTo", "kind", $"The post {inReplyTo} is no question. Answer a question, or make this a comment.")
        : null;

    /// <summary>Words are changed by who wrote them only.</summary>
    public static Problem? JudgeRewrite(Viewer viewer, Guid authorKeyId) =>
        viewer.KeyId == authorKeyId ? null : new Problem(ProblemCode.Forbidden, "Somebody else has written this post. Choose another code for yours.");

    /// <summary>Posts are taken back by who wrote them, or by those who run the collaborative.</summary>
    public static Problem? JudgeWithdrawal(Viewer viewer, Guid authorKeyId) =>
        viewer.KeyId == authorKeyId || AccessPolicy.IsRoleAllowed(viewer.Role, Operation.RunProgramme)
            ? null
            : new Problem(ProblemCode.Forbidden, "Somebody else has written this post. Its author or a director can take it back.");
}
