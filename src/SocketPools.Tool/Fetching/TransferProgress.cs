using Spectre.Console;

namespace SocketPools.Tool.Fetching;

/// <summary>A bar with rate and time left on the standard error; nothing where it is no terminal.</summary>
internal sealed class TransferProgress(ToolConsole console, bool quiet)
{
    /// <summary>Runs a transfer under a bar.</summary>
    /// <param name="name">What is transferred.</param>
    /// <param name="done">Bytes that were there before.</param>
    /// <param name="total">Bytes in all, or null if unknown.</param>
    /// <param name="transfer">The work; it tells how many bytes came each time.</param>
    internal void Run(string name, long done, long? total, Action<Action<int>> transfer)
    {
        if (quiet || !console.ErrorIsTerminal)
        {
            transfer(_ => { });
            return;
        }

        IAnsiConsole screen = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(console.Error) });
        new Progress(screen, TimeProvider.System)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new DownloadedColumn(), new TransferSpeedColumn(), new RemainingTimeColumn())
            .Start(context =>
            {
                ProgressTask task = context.AddTask(Markup.Escape(ToolConsole.OneLine(Shorten(name))), autoStart: true, maxValue: total ?? 1);
                task.IsIndeterminate = total is null;
                task.Increment(done);
                transfer(count => Advance(task, count, total));
                task.StopTask();
            });
    }

    private static void Advance(ProgressTask task, int count, long? total)
    {
        if (total is null)
        {
            task.MaxValue = task.Value + count; // a bar has an end, and counts no further
        }

        task.Increment(count);
    }

    private static string Shorten(string name) => name.Length <= 40 ? name : "..." + name[^37..];
}
