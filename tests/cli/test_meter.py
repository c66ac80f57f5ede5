"""What a run shows while it lasts: a panel in a terminal of any size, lines or JSON objects elsewhere."""

import io
import json
import re
import shutil
import subprocess
import sys
import threading
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from personagraph.cli.progress.display import Lines, Objects, display_for
from personagraph.cli.progress.estimate import History, Standing
from personagraph.cli.progress.meter import Meter
from personagraph.cli.progress.panel import Panel, panel
from personagraph.cli.progress.rows import line
from personagraph.cli.terminal.render import visible
from personagraph.progress import Tick
from personagraph.testing import temporary_workspace
from tests.terminals import Screen, Session, Terminal

HOSTILE = "rate limit\x1b]0;owned\x07\x1b[2J\u202e\r\n界"


def standing(done: int = 400, **more: object) -> Standing:
    history = History(0.0)
    for second in range(101):
        share = done * second // 100
        outcomes = {"new": share // 2, "merged": share // 4, "rejected": share // 4, "dead": 2}
        known = {"in_flight": 64, "concurrency": 80, "pace": "rate limit", "cost": share * 0.01, "max_cost": 50.0}
        history.add(float(second), Tick(share, 3000, 128, outcomes, **{**known, "frontier": {0: 3, 1: 4310}, **more}))
    return history.standing(100.0)


def drawn_lines(
    standing: Standing, unit: str = "calls", *, width: int, height: int, encoding: str = "utf-8"
) -> list[str]:
    """The panel on a terminal of this width with so many lines for it."""
    out = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    return [each.plain for each in panel(standing, unit, Console(file=out, width=width, height=height + 1))]


def test_the_panel_tells_all_that_a_person_who_waits_wants_to_know():
    seen = "\n".join(drawn_lines(standing(), width=100, height=30))
    for part in (
        "400 of 3,000 calls, 13 %",
        "11 min left, 4.0/s in the last minute, 1:40 so far",
        "$4.00 of at most $50.00, ends at $30.00",
        "200 new, 100 merged, 100 rejected, 2 dead letters",
        "in flight 64 of at most 80 (rate limit)",
        "last 100  50 new, 25 merged, 25 rejected",
        "frontier   0          3  █",
        "1      4,310  █████",
    ):
        assert part in seen


def test_where_nobody_knows_what_is_to_come_no_time_is_told():
    history = History(0.0)
    for second in range(60):
        history.add(float(second), Tick(second * 1_000, None, 0, {"kept": second}))
    assert "left" not in line(history.standing(60.0), "rows")


def test_one_line_tells_the_same():
    told = line(standing(), "calls")
    for part in ("400 of 3,000 calls", "11 min left", "4.0/s", "$4.00 of at most $50.00, ends at $30.00"):
        assert part in told
    for part in (
        "200 new",
        "of the last 100: 50 new",
        "in flight 64 of at most 80 (rate limit)",
        "frontier 0: 3, 1: 4",
    ):
        assert part in told
    assert "\n" not in told


def test_a_run_whose_money_ends_first_says_so():
    seen = "\n".join(drawn_lines(standing(max_cost=6.0), width=100, height=30))
    assert "left until --max-cost ends it" in seen
    assert "$4.00 of at most $6.00, would end at $30.00" in seen


@settings(max_examples=150, deadline=None)
@given(width=st.integers(1, 250), height=st.integers(1, 60), pace=st.text(max_size=30), depths=st.integers(0, 12))
def test_whatever_the_size_of_the_terminal_the_panel_fits_and_is_harmless(width, height, pace, depths):
    frontier = {depth: 10**depth for depth in range(depths)}
    lines = drawn_lines(standing(pace=pace, frontier=frontier), width=width, height=height)
    assert 1 <= len(lines) <= height
    assert all(cell_len(each) < max(width, 2) for each in lines)
    assert all(each == visible(each) for each in lines)


def test_a_small_terminal_keeps_what_matters_most():
    lines = drawn_lines(standing(), width=40, height=3)
    assert [each.split()[0] for each in lines] == ["done", "time", "cost"]


@pytest.mark.parametrize(
    ("width", "told"),
    [(26, "done      400 of 3,000  …"), (27, "done      400 of 3,000 界…"), (28, "done      400 of 3,000 界 …")],
)
def test_wide_characters_take_two_columns_and_are_not_cut_in_half(width, told):
    assert drawn_lines(standing(), "界界界", width=width, height=1) == [told]
    assert cell_len(told) == width - 1


def test_where_block_characters_cannot_be_written_bars_are_made_of_others():
    seen = drawn_lines(standing(), width=80, height=30, encoding="ascii")
    assert seen[0].split() == ["#####..................................."]
    assert any(each.startswith("frontier   0          3  #") for each in seen)
    assert all(each.isascii() for each in seen)


@pytest.fixture
def terminal() -> Terminal:
    return Terminal(80, 24)


@pytest.fixture
def drawn(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> Panel:
    monkeypatch.setenv("TERM", "xterm-256color")
    display = display_for(terminal.out, "calls")
    assert isinstance(display, Panel)
    return display


def test_the_panel_is_redrawn_in_place_and_below_what_was_there(terminal, drawn):
    terminal.out.write("$ personagraph expand\n")
    for done in (100, 200, 400):
        drawn.show(standing(done), last=False)
    seen = terminal.look()
    assert seen[0] == "$ personagraph expand"
    assert [each for each in seen if each.startswith("done")] == ["done      400 of 3,000 calls, 13 %"]


def test_a_note_stays_above_the_panel_and_the_last_tick_stays_as_one_line(terminal, drawn):
    drawn.show(standing(100), last=False)
    drawn.note(f"r2 goes on {HOSTILE}")
    drawn.show(standing(400), last=False)
    seen = terminal.look()
    assert seen[0].startswith("r2 goes on rate limit\ufffd")
    assert seen[2].startswith("done      400")
    drawn.show(standing(400), last=True)
    assert terminal.look()[1].startswith("400 of 3,000 calls, 13 %;")
    assert not any(each.startswith("done") for each in terminal.look())


def test_what_looks_like_markup_is_shown_as_it_is(terminal, drawn):
    drawn.note("[red]r2[/red] goes :smile: on [link=http://x]here[/link] [/]")
    drawn.show(standing(pace="[bold]rate[/bold] :lock:"), last=False)
    seen = terminal.look()
    assert seen[0] == "[red]r2[/red] goes :smile: on [link=http://x]here[/link] [/]"
    assert any("([bold]rate[/bold] :lock:)" in each for each in seen)


def test_a_note_that_is_longer_than_a_line_is_not_cut(terminal, drawn):
    drawn.show(standing(100), last=False)
    drawn.note("0123456789" * 20)
    assert "".join(terminal.look()) == "0123456789" * 20


def test_a_terminal_that_becomes_narrower_keeps_no_scraps_of_the_wider_panel(terminal, drawn):
    terminal.out.write("$ personagraph expand\n")
    drawn.show(standing(400), last=False)
    terminal.look()
    terminal.narrow(33)
    drawn.show(standing(400), last=False)
    seen = terminal.look()
    assert seen[0] == "$ personagraph expand"
    assert [each for each in seen if each.startswith("done")] == ["done      400 of 3,000 calls, 13"]


def test_a_panel_goes_on_below_what_others_wrote_while_the_process_was_suspended(terminal, drawn):
    drawn.show(standing(100), last=False)
    terminal.out.write("[1]+  Stopped\n$ fg\n")
    drawn.fresh()
    drawn.show(standing(400), last=False)
    seen = terminal.look()
    assert seen.index("$ fg") < next(i for i, each in enumerate(seen) if each.startswith("done      400"))


def test_the_cursor_is_never_hidden_and_each_frame_is_one_write(terminal, drawn, monkeypatch):
    written = []
    monkeypatch.setattr(terminal.out, "write", written.append, raising=False)
    for done in (100, 200):
        drawn.show(standing(done), last=False)
    assert len(written) == 2
    assert all("?25l" not in frame and frame.endswith("\x1b[?2026l") for frame in written)


def test_no_color_is_respected(terminal, monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", "1")
    written = []
    monkeypatch.setattr(terminal.out, "write", written.append, raising=False)
    display_for(terminal.out, "calls").show(standing(), last=False)
    assert "\x1b[2m" not in written[0]


@pytest.mark.parametrize("term", ["dumb", "", None])
def test_a_terminal_that_cannot_redraw_gets_lines(terminal, monkeypatch, term):
    monkeypatch.delenv("TERM") if term is None else monkeypatch.setenv("TERM", term)
    assert isinstance(display_for(terminal.out, "calls"), Lines)


def test_where_no_terminal_is_lines_come_now_and_then_and_the_last_one_always():
    out = io.StringIO()
    with Meter("calls", out=out, every=60.0) as meter:
        meter.note("r2 goes on")
        for done in range(1, 500):
            meter(Tick(done, 500, 4, {"new": done}))
    lines = out.getvalue().splitlines()
    assert lines[0] == "r2 goes on"
    assert lines[1:] == [lines[-1]]
    assert lines[-1].startswith("499 of 500 calls, 100 %")
    assert "left" not in lines[-1], "nobody waits any more"


def test_where_no_terminal_is_rich_is_not_loaded():
    code = "import sys\nfrom personagraph.cli.progress.meter import Meter\n"
    code += "with Meter() as meter: meter.note('r2 goes on')\nassert 'rich' not in sys.modules"
    told = subprocess.run([sys.executable, "-c", code], stderr=subprocess.PIPE, timeout=60, check=True)
    assert told.stderr == b"r2 goes on\n"


def test_lines_come_also_while_nothing_is_answered(monkeypatch):
    out = io.StringIO()
    monkeypatch.setattr(Lines, "first", 0.01)
    with Meter("calls", out=out, every=0.01):
        time.sleep(0.2)
    assert out.getvalue().startswith("nothing is done yet, after 0:00\n")


def test_a_run_without_a_tick_leaves_nothing_behind(terminal, drawn):
    out = io.StringIO()
    with Meter("calls", out=out):
        pass
    assert out.getvalue() == ""
    drawn.show(History(0.0).standing(1.0), last=False)
    drawn.show(History(0.0).standing(1.0), last=True)
    assert terminal.look() == [""]


def test_the_log_has_one_object_a_line_with_the_time_the_event_and_the_figures():
    out = io.StringIO()
    display = Objects(out)
    display.note(f"stopping {HOSTILE}")
    display.show(standing(), last=True)
    assert out.getvalue().isascii()
    note, progress = map(json.loads, out.getvalue().splitlines())
    assert (note["event"], note["text"]) == ("note", f"stopping {HOSTILE}")
    assert progress["time"].endswith("+00:00")
    assert progress["event"] == "progress"
    assert {name: progress[name] for name in ("done", "limit", "open", "in_flight", "concurrency", "pace")} == {
        "done": 400,
        "limit": 3000,
        "open": 128,
        "in_flight": 64,
        "concurrency": 80,
        "pace": "rate limit",
    }
    assert progress["rate"] == 4.0
    assert progress["seconds_left"] == [650, 650]
    assert (progress["cost_usd"], progress["max_cost_usd"], progress["projected_usd"]) == (4.0, 50.0, 30.0)
    assert progress["outcomes"] == {"new": 200, "merged": 100, "rejected": 100, "dead": 2}
    assert progress["recent"] == {"steps": 100, "new": 50, "merged": 25, "rejected": 25}
    assert progress["frontier"] == {"0": 3, "1": 4310}


def test_a_terminal_that_went_away_is_no_error(terminal, drawn):
    drawn.show(standing(100), last=False)
    terminal.close()
    drawn.show(standing(200), last=False)
    drawn.note("still here")
    drawn.show(standing(400), last=True)


class Stuck(io.StringIO):
    """Takes nothing until it is freed; says whether it was freed in time."""

    def __init__(self) -> None:
        super().__init__()
        self.freed = threading.Event()
        self.in_time: bool | None = None

    def write(self, text: str) -> int:
        self.in_time = self.freed.wait(timeout=20)
        return super().write(text)


def test_a_terminal_that_takes_nothing_does_not_hold_the_run_up():
    out = Stuck()
    with Meter("calls", out=out) as meter:
        meter.note("r2 goes on")
        for done in range(10_000):
            meter(Tick(done, None, 0, {}))
        out.freed.set()
    assert out.in_time
    assert out.getvalue().splitlines()[-1].startswith("9,999 calls;")


def test_what_a_command_prints_stays_below_its_last_line_of_progress(tmp_path):
    with temporary_workspace(["A potter from Peru", "A tailor from Togo"]) as made:
        folder = shutil.copytree(made.folder, tmp_path / "w")
    words = ["expand", "--model", "simulated", "--max-calls", "40", "--workspace", str(folder)]
    code = f"import sys\nfrom personagraph.cli import main\nsys.argv = ['personagraph', *{words!r}]\nmain()"
    session, screen = Session(code, columns=100, more={"NO_COLOR": "1"}), Screen(100, 24)
    screen.feed(session.read_all())
    assert session.wait() == 0
    seen = [line for line in screen.seen if line]
    assert seen[-2].startswith("r2 done"), seen
    assert re.match(r"\d+ new, ", seen[-1]), seen


def test_why_nobody_is_answered_is_told_everywhere_and_soon():
    told = standing(trouble="m could not answer (502)", perhaps_billed=0.25)
    seen = "\n".join(drawn_lines(told, width=100, height=30))
    assert "trouble   m could not answer (502)" in seen
    assert "$4.00 and perhaps $0.2500 of at most $50.00, ends at $30.25" in seen
    assert "; m could not answer (502); " in line(told, "calls")
    out = io.StringIO()
    Objects(out).show(told, last=False)
    progress = json.loads(out.getvalue())
    assert (progress["trouble"], progress["perhaps_billed_usd"]) == ("m could not answer (502)", 0.25)


def test_a_line_comes_when_an_outage_has_lasted_two_seconds_and_one_only():
    out = io.StringIO()
    with Meter("calls", out=out) as meter:
        moment = Moment(meter)
        for second, trouble in enumerate(["", "", "", "down", "down", "down", "down", "", "down", "down", "", "down"]):
            moment.reach(float(second), Tick(second, None, 0, {}, trouble=trouble))
    lines = out.getvalue().splitlines()
    assert sum("down" in each for each in lines[:-1]) == 1


class Moment:
    """The time of a meter, which stands still between two ticks."""

    def __init__(self, meter: Meter) -> None:
        self._meter, self._now, self._began = meter, 0.0, meter._clock()
        meter._clock = lambda: self._began + self._now

    def reach(self, now: float, tick: Tick) -> None:
        seen = threading.Event()
        self._now = now
        self._meter(tick)
        self._meter._said.put(seen.set)
        assert seen.wait(5)
