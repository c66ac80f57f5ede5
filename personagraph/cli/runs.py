"""The commands over the ledger: runs, what fails of their samples, calls, merges."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from personagraph.cli.app import HERE, Commands, Folder, Json, Store, answer, app, opened
from personagraph.cli.options.model_runs import perhaps, run_counts
from personagraph.cli.tables.run_report import run_report_lines
from personagraph.cli.terminal import render
from personagraph.vocabulary.cells import PAIR

runs = Commands(no_args_is_help=True, help="Runs: list them, look at one, or abandon an unfinished one.")
merges = Commands(no_args_is_help=True, help="Merges of descriptions: list them, look at one, or take it back.")
app.add_typer(runs, name="runs")
app.add_typer(merges, name="merges")

MergeKey = Annotated[str, typer.Argument(help="The merge's key, run.step.item, as the list shows it.")]


@runs.command("list")
def runs_list(workspace: Folder = HERE, store: Store = None, json: Json = False) -> None:
    """List the runs, oldest first."""
    with opened(workspace, store) as graph:
        found = graph.runs()
    wide = max([10, *(len(r.command) for r in found)]) + 2
    lines = [
        f"{r.run:<5}{r.command:<{wide}}{r.status:<12}{run_counts(r)}{perhaps(r)}  {r.reason}".rstrip() for r in found
    ]
    answer(json, {"runs": [asdict(r) for r in found]}, lines or ["no runs yet"])


@runs.command("show")
def runs_show(
    run: Annotated[str, typer.Argument(help="The run, as the list names it: r3.")],
    rejected: Annotated[int, typer.Option(min=0, help="How many rejected items to show, the last first.")] = 5,
    reason: Annotated[str | None, typer.Option(help="Only items rejected for this reason.")] = None,
    workspace: Folder = HERE,
    store: Store = None,
    json: Json = False,
) -> None:
    """Show how a run stands: its steps, what came of it and why, calls, sessions, and what guards turned down.

    \b
    Example: personagraph runs show r2 --rejected 20 --reason echo
    """
    with opened(workspace, store) as graph:
        told, turned_down = graph.run_report(run), graph.rejected(run, reason=reason, limit=rejected)
    data = asdict(told)
    data["depths"] = {"none" if depth is None else str(depth): n for depth, n in told.depths.items()}
    for name in ("sessions", "changes", "uncertain_calls"):
        data[name] = [entry._asdict() for entry in getattr(told, name)]
    data["rejected"] = [item._asdict() for item in turned_down]
    answer(json, data, run_report_lines(told, turned_down))


@runs.command("abandon")
def runs_abandon(run: str, workspace: Folder = HERE, store: Store = None, json: Json = False) -> None:
    """Give an unfinished run up; what it brought stays."""
    with opened(workspace, store, changes=True) as graph:
        graph.abandon(run)
    answer(json, {"run": run, "status": "abandoned"}, [f"{run} is abandoned; what it brought stays"])


@app.command()
def failures(
    runs: Annotated[list[str], typer.Argument(help="Runs of synthesize, as `runs list` names them: r3.")],
    by: Annotated[
        str,
        typer.Option(
            help="What cells of personas are made of: attributes, community, cluster, or a field of an import"
            " (field:religion)."
        ),
    ] = ",".join(PAIR),
    target: Annotated[
        Path | None,
        typer.Option(help="A new .csv file that gets a target of the weak cells, for expand and synthesize --target."),
    ] = None,
    html: Annotated[Path | None, typer.Option(help="An .html file that gets the report, with plots.")] = None,
    workspace: Folder = HERE,
    store: Store = None,
    json: Json = False,
) -> None:
    """Tell where the samples of runs fail, by what was asked for and about whom; and how to go on there.

    A sample fails that is disputed or cannot be answered; a computed one, where those who solve it answer otherwise.

    \b
    Example: personagraph failures r3
    Example: personagraph failures r3 --by activity --html failures.html
    Example: personagraph failures r3 --target weak.csv
    """
    from personagraph.cli.page.failures import failures_page
    from personagraph.cli.tables.synthesis.failures import failure_lines, go_on_lines
    from personagraph.storage.atomic_files import check_writable, replacing

    if html:
        check_writable(html)
    axes = tuple(name.strip() for name in by.split(","))
    with opened(workspace, store) as graph:
        data = graph.failures(runs, axes, target=target).to_json()
    if html:
        with replacing([html]) as [part]:
            part.write(failures_page(data).encode())
    data["written"] = [str(path) for path in (target, html) if path]
    elsewhere = "" if workspace == HERE else str(workspace)
    answer(json, data, [*failure_lines(data), *go_on_lines(data, elsewhere), *([f"written: {html}"] if html else [])])


@app.command()
def calls(
    run: Annotated[str | None, typer.Option(help="Only of this run.")] = None,
    model: Annotated[str | None, typer.Option(help="Only of this model.")] = None,
    prompt: Annotated[str | None, typer.Option(help="Only of this prompt, with its version: expand-small@1.")] = None,
    outcome: Annotated[str | None, typer.Option(help="replied, failed or uncertain.")] = None,
    limit: Annotated[int, typer.Option(min=0, help="At most so many, the newest.")] = 10,
    workspace: Folder = HERE,
    store: Store = None,
    json: Json = False,
) -> None:
    """List calls, newest first, and what they add up to by run, model and prompt."""
    with opened(workspace, store) as graph:
        found = graph.calls(run=run, model=model, prompt=prompt, outcome=outcome, limit=limit)
        totals = graph.call_totals(run=run, model=model, prompt=prompt, outcome=outcome)
    data = {"calls": found, "totals": [asdict(total) for total in totals]}
    answer(json, data, [*map(render.call_line, found), *map(render.total_line, totals)] or ["no calls"])


@merges.command("list")
def merges_list(
    persona: Annotated[str | None, typer.Argument(help="Only what was merged into this persona.")] = None,
    workspace: Folder = HERE,
    store: Store = None,
    json: Json = False,
) -> None:
    """List the descriptions that were merged into a persona already known, oldest first.

    In brackets stand the words that only one of the two has.
    """
    from personagraph.cli.tables.merges import merge_json, merge_lines

    with opened(workspace, store) as graph:
        found = graph.merges(persona)
        into = dict(zip(ids := [m.persona for m in found], graph.store.personas(ids), strict=True))
    pairs = [(m, into[m.persona].description) for m in found]
    if json:
        answer(json, {"merges": [merge_json(*pair) for pair in pairs]}, [])
    else:
        answer(json, {}, [line for pair in pairs for line in merge_lines(*pair)] or ["no merges"])


@merges.command("show")
def merges_show(merge: MergeKey, workspace: Folder = HERE, store: Store = None, json: Json = False) -> None:
    """Show a merge: both descriptions, why they were taken for one, and what was said of the merged one.

    In brackets stand the words that only one of the two has. Where an earlier merge of the same persona is more like
    the description, that one is shown beside it.
    """
    from personagraph.cli.tables.merges import merge_json, shown_lines

    with opened(workspace, store) as graph:
        (found, into, said), like = graph.merge(merge), graph.matched(merge)
    told = {"into": render.persona_json(into), "assertions": [a._asdict() for a in said]}
    answer(json, merge_json(found, like) | told, list(shown_lines(found, into, like, said)))


@merges.command("undo")
def merges_undo(merge: MergeKey, workspace: Folder = HERE, store: Store = None, json: Json = False) -> None:
    """Take a merge back: the description becomes a persona of its own, and is not merged so again.

    What was merged later only because it was like this description is judged again: it goes with it, to another
    persona, or becomes one.
    """
    from personagraph.cli.tables.merges import freed_line

    with opened(workspace, store, changes=True) as graph:
        persona, freed = graph.undo_merge(merge, note=render.note), graph.freed(merge)
    data = {"merge": merge, "persona": render.persona_json(persona), "freed": [one._asdict() for one in freed]}
    answer(json, data, ["undone:", render.persona_line(persona), *map(freed_line, freed)])
