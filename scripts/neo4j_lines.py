"""Which Neo4j runs on which Java, where either is found, and how the jars are fetched; for scripts/neo4j."""

import fcntl
import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

CACHE = Path(__file__).resolve().parent.parent / ".cache" / "neo4j"


class ServerError(Exception):
    """What went wrong, and what to do about it; shown without a traceback."""


@dataclass(frozen=True)
class Line:
    """One release line of Neo4j: the version we run, the Java versions it runs on, and settings that only it knows."""

    version: str
    java: frozenset[int]
    settings: tuple[str, ...] = ()


# The newest line comes first: it is the default where the Java at hand allows it. A server stops at a setting it does
# not know, so those that keep 2026 from announcing itself to the network cannot be shared with 5.26.
LINES = {
    "2026": Line(
        "2026.09.0",
        frozenset(range(21, 26)),
        ("server.fleet_discovery.enabled=false", "dbms.fleet_manager.enabled=false"),
    ),
    "5.26": Line("5.26.30", frozenset({17, 21})),
}
# The conf repeats these for neo4j-admin, whose import starts a second JVM and fails half-way without them.
OPENS = ("--add-opens=java.base/java.nio=ALL-UNNAMED", "--enable-native-access=ALL-UNNAMED")


def say(text: str) -> None:
    print(f"neo4j: {text}", file=sys.stderr, flush=True)


def installed_javas() -> dict[int, Path]:
    """Every Java that can be found, by major version; the first found of each version counts."""
    places = [Path(os.environ["JAVA_HOME"]) / "bin" / "java"] if os.environ.get("JAVA_HOME") else []
    places += [Path(found)] if (found := shutil.which("java")) else []
    places += sorted(Path("/usr/lib/jvm").glob("*/bin/java"))
    javas: dict[int, Path] = {}
    for place in dict.fromkeys(path.resolve() for path in places if path.is_file()):
        shown = subprocess.run([place, "-version"], capture_output=True, text=True).stderr
        if version := re.search(r'version "(\d+)', shown):
            javas.setdefault(int(version[1]), place)
    return javas


def java_for(name: str, javas: dict[int, Path]) -> tuple[int, Path]:
    """The newest installed Java on which this line runs."""
    fitting = LINES[name].java & javas.keys()
    if not fitting:
        found = ", ".join(f"{major} ({path})" for major, path in sorted(javas.items())) or "none"
        wanted = " or ".join(map(str, sorted(LINES[name].java)))
        raise ServerError(
            f"Neo4j {LINES[name].version} needs Java {wanted}; found: {found}. Install one "
            "(Debian: apt-get install openjdk-17-jre-headless, which runs --line 5.26), or set JAVA_HOME."
        )
    return max(fitting), javas[max(fitting)]


def fetched_jars(name: str) -> Path:
    """The folder with the jars of a line, fetched with Maven the first time."""
    lib, version = CACHE / f"lib-{name}", LINES[name].version
    whole = lib / f"org.neo4j.neo4j-{version}.jar"
    if whole.exists():
        return lib
    if shutil.which("mvn") is None:
        raise ServerError("Maven is needed to fetch Neo4j. Install it (Debian: apt-get install maven).")
    CACHE.mkdir(parents=True, exist_ok=True)
    # Fetched beside its place and renamed, so that an interrupted download is never taken for a whole one; one at a
    # time, as two Mavens that fill one repository can spoil it.
    with (
        open(CACHE / ".fetching", "w") as lock,
        tempfile.TemporaryDirectory(dir=CACHE, prefix="fetching-") as folder,
    ):
        fcntl.flock(lock, fcntl.LOCK_EX)
        # Another may have fetched them while this one waited, and a server may run on them already.
        if whole.exists():
            return lib
        say(f"fetching Neo4j {version} from Maven Central into {lib} (about 155 MB, once)")
        pom, fetched = Path(folder) / "pom.xml", Path(folder) / "lib"
        pom.write_text(
            '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>'
            "<groupId>personagraph</groupId><artifactId>server</artifactId><version>1</version><dependencies><dependency>"
            f"<groupId>org.neo4j</groupId><artifactId>neo4j</artifactId><version>{version}</version>"
            "</dependency></dependencies></project>"
        )
        goal = ["dependency:copy-dependencies", "-DincludeScope=runtime", "-Dmdep.prependGroupId=true"]
        command = ["mvn", "--batch-mode", "--quiet", "-f", pom, *goal, f"-DoutputDirectory={fetched}"]
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode != 0:
            raise ServerError(f"Maven could not fetch Neo4j {version}:\n{done.stdout[-2000:]}")
        shutil.rmtree(lib, ignore_errors=True)
        fetched.rename(lib)
    return lib


def default_line(javas: dict[int, Path]) -> str:
    """The newest line that an installed Java can run; the oldest when none can, for its message names the remedy."""
    return next((name for name, line in LINES.items() if line.java & javas.keys()), "5.26")


def java_command(name: str, java: tuple[int, Path], lib: Path) -> list[str]:
    """How Java is called for the server and for its admin tool; the class and its arguments follow."""
    major, path = java
    # Java 24 warns about, and later refuses, what Neo4j does with memory; Java 17 does not know the option.
    extra = ["--sun-misc-unsafe-memory-access=allow"] if major >= 24 else []
    return [str(path), "-cp", f"{lib}/*", *OPENS, *extra]
