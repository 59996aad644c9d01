using Collaborative.Api.Verbs;

return await CommandLine.Run(args, Console.Out, Console.Error);
