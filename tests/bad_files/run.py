"""Reads groups of cases, each group in a process of its own, and judges what came of them.

``python -m tests.bad_files.run`` prints a table of all groups; with GROUP FOLDER it is such a process.
"""

from __future__ import annotations

import json
import re
import resource
import subprocess
import sys
import tempfile
import time
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graph.home import Home
from ingest.run import ingest
from tests.bad_files import GROUPS
from tests.bad_files.case import Case

ROOT = Path(__file__).resolve().parents[2]
MEMORY = 1000
"""Megabytes that a process may have at most, whatever it reads."""


@dataclass(frozen=True)
class Outcome:
    """A group: how many files, what is wrong with which, the most memory in megabytes, the slowest file in seconds."""

    files: int
    wrong: list[str]
    megabytes: int
    slowest: float


def outcome(group: str, folder: Path) -> Outcome:
    """Reads a group in a process of its own."""
    done = subprocess.run([sys.executable, "-m", "tests.bad_files.run", group, str(folder)], cwd=ROOT, capture_output=True, text=True, timeout=900, check=False)
    if done.returncode:
        return Outcome(len(GROUPS[group]), [f"the process ended with {done.returncode}: {done.stderr[-3000:]}"], 0, 0)
    told = json.loads(done.stdout)
    wrong = [sentence for case in GROUPS[group] if (sentence := verdict(case, told["cases"][case.name]))]
    return Outcome(len(GROUPS[group]), wrong, told["peak_megabytes"], max(came.get("seconds", 0) for came in told["cases"].values()))


def verdict(case: Case, came: dict[str, Any]) -> str:
    """What is wrong with what came of a case; "" where all is as expected."""
    if "traceback" in came:
        return f"{case.name}: {came['traceback'][-600:]}"
    text = came["text"]
    complaints = [f"does not say {word!r}" for word in case.says if word not in text]
    if "Fehler in der Software" in text or "Traceback" in text:
        complaints.append("an error of the software")
    if came["exit"] != case.exit:
        complaints.append(f"exit {came['exit']}, not {case.exit}")
    if case.taken is not None and came["taken"] != case.taken:
        complaints.append(f"took {came['taken']} rows, not {case.taken}")
    if came["left_behind"]:
        complaints.append(f"left {came['left_behind']} behind")
    return f"{case.name}: {'; '.join(complaints)}\n    {text[:400]}" if complaints else ""


def _listing(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if not path.is_symlink()}


def _attempt(case: Case, folder: Path, home: Home) -> dict[str, object]:
    folder.mkdir(parents=True)
    path = case.make(folder)
    before, begun = _listing(folder), time.perf_counter()
    try:
        report = ingest(case.source, [path], case.options, home, write=False)
    except BaseException:
        return {"traceback": traceback.format_exc()}
    return {
        "exit": report.exit_code,
        "text": report.to_text() + "\n" + json.dumps(report.to_json(), ensure_ascii=False),
        "taken": report.taken,
        "seconds": round(time.perf_counter() - begun, 2),
        "left_behind": sorted(_listing(folder) - before),
    }


def _peak_megabytes() -> int:
    """Of this process alone: on Linux ru_maxrss counts what its parent held when it forked, too, and a test worker holds much."""
    status = Path("/proc/self/status")
    if status.exists():
        return int(re.search(r"VmHWM:\s+(\d+)", status.read_text())[1]) // 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _read_group(group: str, folder: Path) -> None:
    home = Home(folder / "home")
    results = {case.name: _attempt(case, folder / f"case{number}", home) for number, case in enumerate(GROUPS[group])}
    json.dump({"cases": results, "peak_megabytes": _peak_megabytes()}, sys.stdout, ensure_ascii=False)


def _table() -> None:
    """Every group as a row: files, as expected, peak memory, slowest file."""
    line = "{:<12}{:>6}{:>13}{:>10}{:>12}\n".format
    sys.stdout.write(line("group", "files", "as expected", "peak MB", "slowest s"))
    files = right = 0
    for group in GROUPS:
        with tempfile.TemporaryDirectory() as folder:
            found = outcome(group, Path(folder))
        files, right = files + found.files, right + found.files - len(found.wrong)
        sys.stdout.write(line(group, found.files, found.files - len(found.wrong), found.megabytes, found.slowest))
        sys.stdout.write("".join(f"  {sentence}\n" for sentence in found.wrong))
    sys.stdout.write(line("all", files, right, "", ""))


if __name__ == "__main__":
    _read_group(sys.argv[1], Path(sys.argv[2])) if len(sys.argv) == 3 else _table()
