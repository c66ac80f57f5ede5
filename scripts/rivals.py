"""Environments of what is measured beside personagraph: .cache/rivals, made from PyPI when they are first asked for."""

import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / ".cache" / "rivals"


def python_of(name: str, packages: Sequence[str], *, bare: Sequence[str] = ()) -> str:
    """The Python of an environment with these packages, and with the `bare` ones without what they depend on."""
    python = CACHE / name / "bin" / "python"
    if not python.exists():
        uv = shutil.which("uv") or str(ROOT / ".cache" / "uv" / "bin" / "uv")
        print(f"making {python.parent.parent}", file=sys.stderr, flush=True)
        subprocess.run(
            [uv, "venv", "--quiet", "--allow-existing", CACHE / name, "--python", sys.executable], check=True
        )
        for options, some in (((), packages), (("--no-deps",), bare)):
            if some:
                subprocess.run([uv, "pip", "install", "--quiet", "--python", python, *options, *some], check=True)
    return str(python)
