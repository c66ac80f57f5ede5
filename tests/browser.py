"""Opens a page in a headless Chromium, and tells what it showed, asked for and complained of."""

import asyncio
import base64
import shutil
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")


@dataclass
class Shown:
    """What came of opening a page: answers to the questions, addresses that were asked for, complaints."""

    answers: list[Any] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    picture: bytes = b""


def show(page: Path, *questions: str, dark: bool = False, width: int = 1200) -> Shown:
    """Open the page, ask it JavaScript expressions, and take its picture. Skips where there is no Chromium."""
    program = next((found for name in NAMES if (found := shutil.which(name))), None)
    if program is None:
        pytest.skip("no headless browser; on Debian: apt-get install chromium-headless-shell")
    with tempfile.TemporaryDirectory() as home:
        options = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--remote-debugging-port=0"]
        process = subprocess.Popen(
            [program, *options, f"--user-data-dir={home}", "about:blank"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            return asyncio.run(_shown(Path(home), page, questions, dark, width))
        finally:
            process.terminate()
            process.wait(20)


async def _shown(home: Path, page: Path, questions: tuple[str, ...], dark: bool, width: int) -> Shown:
    port = await _port(home)
    found = Shown()
    async with aiohttp.ClientSession() as session:
        async with session.get(f"http://127.0.0.1:{port}/json") as listed:
            address = next(tab["webSocketDebuggerUrl"] for tab in await listed.json() if tab["type"] == "page")
        async with session.ws_connect(address, max_msg_size=0) as socket:
            tab = _Tab(socket, found)
            for domain in ("Page", "Network", "Log", "Runtime"):
                await tab.ask(f"{domain}.enable")
            scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
            await tab.ask("Emulation.setEmulatedMedia", features=[scheme])
            size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
            await tab.ask("Emulation.setDeviceMetricsOverride", **size)
            await tab.ask("Page.navigate", url=page.as_uri())
            await asyncio.wait_for(tab.loaded(), 60)
            for question in questions:
                answer = await tab.ask("Runtime.evaluate", expression=question, returnByValue=True)
                found.answers.append(answer["result"].get("value"))
            shot = await tab.ask("Page.captureScreenshot", captureBeyondViewport=True)
            found.picture = base64.b64decode(shot["data"])
    return found


async def _port(home: Path) -> int:
    told = home / "DevToolsActivePort"
    for _ in range(600):
        if told.exists() and (lines := told.read_text().split()):
            return int(lines[0])
        await asyncio.sleep(0.1)
    raise AssertionError("the browser did not begin to listen")


class _Tab:
    """A tab that is spoken to: questions by number, and what happens in between is kept."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, found: Shown) -> None:
        self._socket, self._found, self._asked, self._is_loaded = socket, found, 0, False

    async def ask(self, method: str, **parameters: Any) -> dict[str, Any]:
        self._asked += 1
        await self._socket.send_json({"id": self._asked, "method": method, "params": parameters})
        while True:
            told = await self._next()
            if told.get("id") == self._asked:
                assert "error" not in told, told
                answer: dict[str, Any] = told["result"]
                return answer

    async def loaded(self) -> None:
        while not self._is_loaded:
            await self._next()

    async def _next(self) -> dict[str, Any]:
        told: dict[str, Any] = await self._socket.receive_json()
        happened = told.get("params", {})
        match told.get("method"):
            case "Network.requestWillBeSent":
                self._found.requests.append(happened["request"]["url"])
            case "Log.entryAdded":
                self._found.complaints.append(happened["entry"]["text"])
            case "Runtime.exceptionThrown" | "Runtime.consoleAPICalled":
                self._found.complaints.append(str(happened))
            case "Page.loadEventFired":
                self._is_loaded = True
        return told
