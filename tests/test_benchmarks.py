"""The benchmark's city has the size that was asked for, is read without a complaint, and its page says what was missed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import city, page, path, questions
from benchmarks import servers as side_by_side
from benchmarks.path import Measured
from graph.address import PASSWORD_VARIABLE, URL_VARIABLE, USER_VARIABLE
from graph.home import Home
from graph.schema import NODES
from ingest.run import ingest
from tests.conftest import Servers


def contents(folder: Path) -> dict[str, str]:
    return {file.stem: file.read_text("utf-8") for file in sorted(folder.glob("*.csv"))}


def test_the_city_has_the_size_asked_for_and_is_taken_as_a_whole(tmp_path: Path) -> None:
    city.write(tmp_path / "stadt", 800, 2_000)
    nodes, edges = path._rows(tmp_path / "stadt")
    assert (sum(map(len, nodes.values())), sum(map(len, edges.values()))) == (800, 2_000)
    assert set(nodes) <= set(NODES)
    report = ingest("tables", [tmp_path / "stadt"], {}, Home(tmp_path / "home"), write=False)
    assert (report.read, report.taken, report.rejected, report.left_over, report.errors) == (2_800, 2_800, [], [], [])


def test_the_same_seed_gives_the_same_files_and_a_change_touches_its_share(tmp_path: Path) -> None:
    for name, share in (("a", 0.0), ("b", 0.0), ("c", 0.01)):
        city.write(tmp_path / name, 800, 2_000, changed=share)
    a, b, c = (contents(tmp_path / name) for name in "abc")
    assert a == b
    different = sum(x != y for sheet in a for x, y in zip(a[sheet].splitlines()[1:], c[sheet].splitlines()[1:], strict=True) if "Kurzname" not in c[sheet])
    assert 10 <= different <= 60
    assert {len(a[sheet].splitlines()) for sheet in a} == {len(c[sheet].splitlines()) for sheet in c}


def test_the_page_says_which_goals_were_missed() -> None:
    def made(first: float, again: float, memory: float) -> str:
        step = {"plain": (10.0, 0.0, 100.0), "first": (first, 1.5, memory), "unchanged": (again, 0.0, 50.0), "changed": (3.0, 0.0, 50.0)}
        return "\n".join(path.page({name: Measured(*values) for name, values in step.items()}, 1_000, 2_000))

    assert made(20.0, 2.0, 1_500.0).count(": met") == 3
    assert made(20.1, 2.1, 1_501.0).count(": MISSED") == 3
    assert "2.01 × plain" in made(20.1, 2.1, 1_501.0)
    assert "for the app | 1.5 |" in made(20.1, 2.1, 1_501.0)


def test_the_page_of_the_servers_says_which_one_missed_which_goal() -> None:
    def made(calls: int, reading: float) -> side_by_side.Measured:
        loads = {"plain": side_by_side.Load(4.0), "new": side_by_side.Load(10.0, 3.0, 50), "unchanged": side_by_side.Load(0.1, 0.0, calls), "changed": side_by_side.Load(2.0, 1.0, 9)}
        return side_by_side.Measured(loads, {"network/members": side_by_side.Query(12, 3.0, 2.0)}, {"network/members": ["{}"]}, (reading, 1.0, 0.9, 0.1), 0)

    told = "\n".join(side_by_side.page({"embedded": made(0, 1.3), "neo4j-5.26": made(2, 1.4)}, 1_000, 2_000))
    assert "| calls over Bolt in that | 0 | 2 | 0: MISSED on neo4j-5.26 |" in told
    assert "| ratio | 1.30 | 1.40 | at most 1.3: MISSED on neo4j-5.26 |" in told
    assert "(those transactions beside plain) | 2.50 × (0.75 ×) | 2.50 × (0.75 ×) |" in told
    assert "| `network/members`, 12 rows, ms (bare driver) | 3 (2) | 3 (2) |" in told
    assert "are the same on each server" in told
    other = made(0, 1.0)
    other.answers = {"network/members": ["{}", "{}"]}
    assert "DIFFER" in "\n".join(side_by_side.page({"embedded": made(0, 1.3), "neo4j-5.26": other}, 1_000, 2_000))


def test_what_is_sent_over_bolt_is_counted(servers: Servers, tmp_path: Path) -> None:
    """In a process of its own: what counts there stays in place."""
    address = servers.empty("embedded").address
    code = (
        "from pathlib import Path; from benchmarks.servers import watched; sent = watched(); from graph.store import Store\n"
        f"with Store.connect(home=Path({str(tmp_path)!r})) as store: before = sent.count('ManagedTransaction.run'); store.read('RETURN 1 AS one')\n"
        "print(sent.count('GraphDatabase.driver') > 0, sent.count('ManagedTransaction.run') - before)"
    )
    named = {URL_VARIABLE: address.url, USER_VARIABLE: address.user, PASSWORD_VARIABLE: address.password}
    said = subprocess.run([sys.executable, "-c", code], env=os.environ | named, stdout=subprocess.PIPE, text=True, check=True, cwd=path.ROOT).stdout
    assert said.split() == ["True", "1"]


def test_a_section_is_written_anew_and_the_others_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "benchmarks.md"
    monkeypatch.setattr(page, "PAGE", target)
    page.put("one", "First", ["old"])
    page.put("two", "Second", ["stays"])
    page.put("one", "First", [r"new \1"])
    told = target.read_text(encoding="utf-8")
    assert "old" not in told and r"new \1" in told and told.index("## First") < told.index("## Second") < told.index("stays")


def test_every_question_about_gaps_is_measured_on_a_town_that_has_what_they_ask_for() -> None:
    lines = questions.table(questions.snapshot(1_500, 5_000))
    assert lines[0].startswith("1,500 things")
    rows = {line.split(" | ")[0].strip("| "): int(line.split(" | ")[1].replace(",", "")) for line in lines if line.startswith("| gaps/")}
    assert len(rows) >= 12
    assert rows["gaps/gremien"] and rows["gaps/missing_facts"] and rows["gaps/ended_memberships"] and rows["gaps/outdated_checks"] and rows["gaps/school_forms"]
