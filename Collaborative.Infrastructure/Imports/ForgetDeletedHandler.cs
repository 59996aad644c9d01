using Collaborative.Domain;
using Collaborative.Domain.Imports;
using MediatR;

namespace Collaborative.Infrastructure.Imports;

internal sealed class ForgetDeletedHandler(ImportQueue queue) : IRequestHandler<ForgetDeleted, Outcome<bool>>
{
    public async Task<Outcome<bool>> Handle(ForgetDeleted request, CancellationToken cancellationToken)
    {
        await queue.Forget(cancellationToken);
        return true;
    }
}
