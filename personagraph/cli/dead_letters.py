"""The commands over dead letters: list them, look at one, ask them again, export them."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from personagraph.cli.app import HERE, Commands, Folder, Json, Store, answer, app, opened
from personagraph.cli.options.model_runs import ModelRun, asks_a_model
from personagraph.cli.terminal import render

if TYPE_CHECKING:
    from personagraph.runs.dead_letters import DeadLetterReport

dead_letters = Commands(no_args_is_help=True, help="Replies that stayed unusable after one more try.")
app.add_typer(dead_letters, name="dead-letters")

OfRun = Annotated[str | None, typer.Option(help="Only of this run.")]


@dead_letters.command("list")
def dead_letters_list(
    run: OfRun = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many, the newest.")] = 20,
    workspace: Folder = HERE,
    store: Store = None,
    json: Json = False,
) -> None:
    """List the replies that stayed unusable and were not retried since, newest first, as they came."""
    with opened(workspace, store) as graph:
        found = graph.dead_letters(run=run, limit=limit)
    lines = [line for d in found for line in (f"{d.key}  {d.prompt}: {d.error}", f"    {_cut(d.reply)}")]
    answer(json, {"dead_letters": [d._asdict() for d in found]}, lines or ["no dead letters"])


@dead_letters.command("show")
def dead_letters_show(
    letter: Annotated[str, typer.Argument(help="The dead letter, run.step, as the list names it: r2.17.")],
    workspace: Folder = HERE,
    store: Store = None,
    json: Json = False,
) -> None:
    """Show a dead letter: what was asked, both replies as they came, why they could not be used, every attempt."""
    with opened(workspace, store) as graph:
        told = graph.dead_letter(letter)
    answer(json, told.to_json(), _lines(told))


@dead_letters.command("retry")
@asks_a_model(without=("seed", "language", "dedup", "dry_run", "fresh"))
def dead_letters_retry(
    letters: Annotated[list[str] | None, typer.Argument(help="Only these, as the list names them: r2.17.")] = None,
    run: OfRun = None,
    output: Annotated[Path | None, typer.Option(help="For those of a synthesis: the JSONL of samples.")] = None,
    *,
    asked: ModelRun,
) -> int:
    """Ask dead letters again, in a new run; by default all, of the model that they were asked of.

    \b
    Example: personagraph dead-letters retry --run r2 --model openai:gpt-5-mini
    """
    return asked.carry_out("retry", letters or (), written={"output": output}, run=run)


@dead_letters.command("export")
def dead_letters_export(
    output: Annotated[
        Path, typer.Option(help="JSONL, a line for each; what is there is replaced, but a link is refused.")
    ],
    run: OfRun = None,
    workspace: Folder = HERE,
    store: Store = None,
    json: Json = False,
) -> None:
    """Write dead letters with all that was asked and came back, for other tools."""
    with opened(workspace, store) as graph:
        count = graph.export_dead_letters(output, run=run)
    answer(json, {"file": str(output), "dead_letters": count}, [f"{output}: {count} dead letters"])


def _lines(told: "DeadLetterReport") -> list[str]:
    whom = told.subject[:12] or "nobody"
    lines = [f"{told.run}.{told.step}  {told.prompt} asked of {told.model}, about {whom}: {told.error}"]
    lines += [f"asked again {told.retries}"] * bool(told.retries)
    lines += [f"asked again as {told.retried_as}"] * bool(told.retried_as)
    for message in told.messages:
        lines += render.indented(f"[{message['role']}] {message['content']}")
    if not told.messages:
        lines.append("this version has another prompt than was sent; its fields were:")
        lines += [f"  {name}: {value}" for name, value in told.fields.items()]
    for n, reply in enumerate(told.replies, 1):
        said = f"--- reply {n}, ended by {reply.finish}: {reply.error or 'this version can use it'}"
        lines += render.indented(f"{said}\n{reply.text}")
    lines.append(f"--- {len(told.attempts)} attempts")
    return [*lines, *(f"{a.sent}  {a.outcome or 'uncertain'}  {a.error}".rstrip() for a in told.attempts)]


def _cut(reply: str | None) -> str:
    text = "no reply came" if reply is None else " ".join(reply.split())
    return text if len(text) <= 200 else f"{text[:200]}…"
