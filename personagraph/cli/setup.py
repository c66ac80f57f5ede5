"""The commands that need no graph: what is missing, what is set, and what is confirmed."""

from dataclasses import asdict
from typing import Annotated, Any

import typer

from personagraph.cli.app import HERE, Commands, Folder, Json, Store, answer, app
from personagraph.cli.tables.claims import claim_lines
from personagraph.cli.terminal import render

config = Commands(no_args_is_help=True, help="Settings.")
app.add_typer(config, name="config")


@app.command()
def doctor(
    try_model: Annotated[bool, typer.Option("--try", help="Ask the local model two questions.")] = False,
    model: Annotated[
        str | None,
        typer.Option(help="Examine this model alone; one on a server is asked two small questions. {MODELS}."),
    ] = None,
    base_url: Annotated[
        str | None, typer.Option(help="The address of the model's server, ending in /v1; it is asked a question.")
    ] = None,
    workspace: Folder = HERE,
    store: Store = None,
    json: Json = False,
) -> int:
    """Check Python, disk, workspace, store and models, and say what to do about what is missing.

    \b
    Example: personagraph doctor --model openai:gpt-5-mini
    """
    from personagraph.workspace import examine, examine_model

    if model is None and base_url is None:
        findings = examine(workspace, store=store, try_model=try_model)
    else:
        findings = examine_model(workspace, model=model, base_url=base_url, try_model=try_model)
    lines = render.finding_lines(findings, wrong="MISSING")
    answer(json, {"findings": [asdict(finding) for finding in findings]}, lines)
    return 0 if all(finding.ok for finding in findings) else 1


@config.command("show")
def config_show(workspace: Folder = HERE, store: Store = None, json: Json = False) -> None:
    """Show the settings in force; of passwords and keys only whether they are set."""
    from personagraph.workspace import shown_settings

    data = shown_settings(workspace, store=store)
    values = ((name, value) for name, value in data.items() if name != "unconfirmed")
    lines = [f"{name:<22}{_told(value)}" for name, value in values]
    answer(json, data, [*lines, *data["unconfirmed"].values()])


@config.command("set")
def config_set(
    name: Annotated[str, typer.Argument(help="The setting, as `config show` names it.")],
    value: Annotated[str, typer.Argument(help="What it is from now on.")],
    workspace: Folder = HERE,
    json: Json = False,
) -> None:
    """Write one setting into the workspace's settings file; the rest of it stays as it is.

    What only counts when it is confirmed (the model, its address and price, what it is asked) is confirmed with it.

    \b
    Example: personagraph config set model local:some-model.gguf
    """
    from personagraph.workspace import set_setting

    written, now = set_setting(workspace, name, value)
    if written != now:
        render.note(f"the environment goes before the file: {name} stays {_told(now)} while it says so")
    answer(json, {"name": name, "value": written}, [f"{name} is {_told(written)}"])


def _told(value: Any) -> Any:
    return "not set" if value in (None, "") else value


@app.command()
def trust(
    yes: Annotated[bool, typer.Option("--yes", help="Confirm all of it, and ask nothing.")] = False,
    workspace: Folder = HERE,
    json: Json = False,
) -> int:
    """List what the workspace's settings file says of addresses, models, prices and requests, and confirm it here.

    It holds only when it is confirmed, exactly as it is, since the file may be somebody else's.

    \b
    Example: personagraph trust
    """
    from personagraph.workspace import confirm_settings, settings_to_confirm

    found = settings_to_confirm(workspace)
    waiting = [claim for claim in found if not claim.confirmed]
    if not json:
        render.say(claim_lines(found, workspace))
    agreed = bool(waiting) and (yes or (not json and render.agreed("Confirm this for this folder?")))
    if agreed:
        confirm_settings(workspace, waiting)
    if json:
        settings = [{"name": c.name, "value": c.value, "confirmed": c.confirmed or agreed} for c in found]
        render.say_json({"workspace": str(workspace), "settings": settings})
    elif waiting:
        render.note("confirmed" if agreed else "nothing was confirmed; on a terminal this asks, and --yes confirms it")
    return 1 if waiting and not agreed else 0
