"""Dockerfile, compose files and the wheel: what a server is given. There is no container engine here: the steps are run by hand."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from graph import embedded
from views import healthy, server

ROOT = Path(__file__).resolve().parents[1]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
CODE = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]["targets"]["wheel"]["only-include"]
"""What the wheel is made of."""
DOCS = (ROOT / "docs" / "deployment.md").read_text(encoding="utf-8")


def compose(*names: str) -> dict[str, Any]:
    """The files as Compose lays them over each other, as far as ours need it: maps are joined, everything else is replaced."""
    whole: dict[str, Any] = {}
    for name in names:
        whole = _over(whole, yaml.safe_load((ROOT / name).read_text(encoding="utf-8")))
    return whole


def _over(below: Any, above: Any) -> Any:
    if isinstance(below, dict) and isinstance(above, dict):
        return {**below, **{key: _over(below.get(key), value) for key, value in above.items()}}
    return [*below, *above] if isinstance(below, list) and isinstance(above, list) else above


@pytest.fixture(params=[("compose.yaml",), ("compose.yaml", "compose.postgresql.yaml")], ids=["file", "postgresql"])
def plan(request: pytest.FixtureRequest) -> dict[str, Any]:
    return compose(*request.param)


# ---- compose -------------------------------------------------------------------------------------------


def test_only_the_app_is_published_and_only_on_this_machine(plan: dict[str, Any]) -> None:
    assert [name for name, service in plan["services"].items() if "ports" in service] == ["app"]
    assert all(port.startswith("127.0.0.1:") for port in plan["services"]["app"]["ports"])
    for name, service in plan["services"].items():
        if name != "app":
            assert [plan["networks"][network]["internal"] for network in service["networks"]] == [True], "it must have no way out"


def test_no_service_has_more_rights_than_it_needs(plan: dict[str, Any]) -> None:
    for name, service in plan["services"].items():
        assert service["cap_drop"] == ["ALL"] and service["security_opt"] == ["no-new-privileges:true"], name
        assert not {"privileged", "network_mode", "pid", "devices"} & set(service), name
        assert service.get("user", "10001").split(":")[0].isdigit() and service.get("user") != "0", name
        assert name == "neo4j" or service["read_only"] is True, name
        assert not [volume for volume in service["volumes"] if volume.startswith((".", "/", "~"))], name


def test_every_service_has_data_of_its_own_and_says_whether_it_is_well(plan: dict[str, Any]) -> None:
    mounted = [volume.split(":")[0] for service in plan["services"].values() for volume in service["volumes"]]
    assert sorted(mounted) == sorted(plan["volumes"])
    for name, service in plan["services"].items():
        assert "HEALTHCHECK" in DOCKERFILE if name == "app" else service["healthcheck"]["test"], name
    others = set(plan["services"]) - {"app"}
    assert {name: waits["condition"] for name, waits in plan["services"]["app"]["depends_on"].items()} == dict.fromkeys(others, "service_healthy")


def test_passwords_come_from_files_and_stand_nowhere(plan: dict[str, Any]) -> None:
    for name, service in plan["services"].items():
        for variable, value in service["environment"].items():
            if re.search("PASSWORD|AUTH", variable):
                assert variable.endswith("_FILE") and value.removeprefix("/run/secrets/") in service["secrets"], (name, variable)
            assert not re.search(r"://[^/@]*:[^/@]*@", str(value)), (name, variable)
    assert sorted({secret for service in plan["services"].values() for secret in service["secrets"]}) == sorted(plan["secrets"])
    assert "/secrets/" in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert plan["services"]["neo4j"]["environment"]["NEO4J_dbms_usage__report_enabled"] == "false"


def test_the_app_gets_variables_that_it_knows(plan: dict[str, Any]) -> None:
    assert set(plan["services"]["app"]["environment"]) <= variables()


# ---- Dockerfile ----------------------------------------------------------------------------------------


def steps() -> list[tuple[str, str]]:
    joined = re.sub(r"\\\n", " ", "\n".join(line for line in DOCKERFILE.splitlines() if not line.startswith("#")))
    return [(found[1], found[2]) for line in joined.splitlines() if (found := re.match(r"([A-Z]+)\s+(.*)", line))]


def test_the_image_is_built_from_the_wheel_in_a_stage_that_does_not_stay() -> None:
    bases = [number for number, (word, _) in enumerate(steps()) if word == "FROM"]
    assert len(bases) == 2
    build, final = steps()[: bases[1]], steps()[bases[1] :]
    assert any("pip wheel" in text for word, text in build if word == "RUN") and any("-c constraints.txt" in text for _, text in build)
    assert [text.split()[0] for word, text in final if word == "COPY"] == ["--from=build"]
    assert not [text for word, text in final if word == "RUN" and "pip" in text]


def test_the_image_runs_as_nobody_special_and_says_whether_it_is_well() -> None:
    final = dict(steps())  # the last of each word
    assert final["USER"] == "10001:10001" and final["VOLUME"] == "/data"
    assert "AKTEURSATLAS_HOME=/data" in DOCKERFILE and "AKTEURSATLAS_LISTEN=0.0.0.0" in DOCKERFILE
    assert final["CMD"] == '["akteursatlas", "app", "--no-open", "--port", "8501"]' and "views.healthy" in final["HEALTHCHECK"]
    order = [word for word, _ in steps()]
    assert order.index("USER") < order.index("CMD") and "ADD" not in order


def test_what_goes_into_the_build_is_named() -> None:
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    allowed = {line[1:] for line in lines if line.startswith("!")}
    assert "*" in lines and {*CODE, "pyproject.toml", "constraints.txt", "README.md", "LICENSE", ".streamlit"} <= allowed
    assert not {".git", "tests", "secrets"} & allowed


# ---- the wheel -----------------------------------------------------------------------------------------

@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built as ``pip wheel`` does it, and laid out as an installation does."""
    folder = tmp_path_factory.mktemp("wheel")
    done = subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (wheel,) = folder.glob("akteursatlas-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def test_the_wheel_holds_every_file_of_the_code(unpacked: Path) -> None:
    tracked = subprocess.run(["git", "ls-files", *CODE], cwd=ROOT, capture_output=True, text=True, check=False)
    wanted = tracked.stdout.splitlines()
    if tracked.returncode or not wanted:  # a checkout without git
        wanted = [str(path.relative_to(ROOT)) for name in CODE for path in [ROOT / name, *(ROOT / name).rglob("*")] if path.is_file() and path.suffix != ".pyc"]
    assert not [name for name in wanted if not (unpacked / name).exists()]
    assert (unpacked / "views" / "streamlit.toml").read_bytes() == (ROOT / ".streamlit" / "config.toml").read_bytes()
    assert not (unpacked / "tests").exists()


FROM_WHEEL = """
import os, sys
here = sys.argv[1]
# Only the wheel: a checkout that is installed to be edited must not fill its gaps.
sys.path[:] = [here, *(p for p in sys.path if p and not os.path.exists(os.path.join(p, "cli.py")))]
import cli
assert os.path.dirname(cli.__file__) == here, cli.__file__
sys.argv = ["akteursatlas", *sys.argv[2:]]
cli.main()
"""


def from_wheel(site: Path, home: Path, *arguments: str, **variables: str) -> subprocess.Popen[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("AKTEURSATLAS_", "PYTHONPATH"))}
    environment |= {"AKTEURSATLAS_HOME": str(home), **variables}
    command = [sys.executable, "-c", FROM_WHEEL, str(site), *arguments]
    return subprocess.Popen(command, cwd=home, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


@pytest.fixture
def app(unpacked: Path, tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """The app out of the wheel, started as the image starts it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    variables = {"AKTEURSATLAS_LISTEN": "0.0.0.0", "AKTEURSATLAS_URL": "https://atlas.example"}
    running = from_wheel(unpacked, tmp_path, "app", "--no-open", "--port", str(port), **variables)
    try:
        yield running, port
    finally:
        running.kill()
        running.communicate(timeout=30)


def test_the_app_starts_from_the_wheel_and_is_well(app: tuple[subprocess.Popen[str], int], tmp_path: Path) -> None:
    running, port = app
    assert not healthy.healthy(port, 0.5) or running.poll() is None
    until = time.monotonic() + 60
    while not healthy.healthy(port) and running.poll() is None and time.monotonic() < until:
        time.sleep(0.2)
    assert healthy.healthy(port), running.poll()
    check = subprocess.run([sys.executable, "-m", "views.healthy", str(port)], cwd=ROOT, check=False)
    assert check.returncode == 0
    running.terminate()
    said = running.communicate(timeout=30)[0]
    assert f"Akteursatlas läuft: http://127.0.0.1:{port}" in said and "auch von anderen Rechnern aus erreichbar" in said and "Traceback" not in said
    assert subprocess.run([sys.executable, "-m", "views.healthy", str(port)], cwd=ROOT, check=False).returncode == 1
    assert embedded.running(tmp_path) is None, "no graph server for an empty installation"


# ---- who the app listens to ----------------------------------------------------------------------------


def test_without_a_word_the_app_is_for_this_machine_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(server.LISTEN_VARIABLE, raising=False)
    monkeypatch.delenv(server.URL_VARIABLE, raising=False)
    assert (server.listen_address(), server.public_address()) == ("127.0.0.1", ("127.0.0.1", 0))


@pytest.mark.parametrize(("named", "found"), [
    ("https://atlas.stadt.example", ("atlas.stadt.example", 443)),
    ("http://atlas.stadt.example/", ("atlas.stadt.example", 80)),
    ("https://atlas.stadt.example:8443", ("atlas.stadt.example", 8443)),
])  # fmt: skip
def test_the_public_address_says_where_browsers_come_from(named: str, found: tuple[str, int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(server.URL_VARIABLE, named)
    assert server.public_address() == found


@pytest.mark.parametrize("named", ["atlas.stadt.example", "ftp://atlas.example", "https://", "https://stadt.example/atlas", "https://atlas.example:x"])
def test_an_address_that_is_none_ends_the_start(named: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv(server.URL_VARIABLE, named)
    with pytest.raises(SystemExit) as end:
        server.serve(None, open_browser=False)
    assert end.value.code == 2 and f"„{named}“" in capsys.readouterr().err


def test_a_browser_from_elsewhere_is_refused_without_asking_the_internet(monkeypatch: pytest.MonkeyPatch) -> None:
    from streamlit import net_util
    from streamlit.web.server import server_util

    asked: list[str] = []
    monkeypatch.setattr(net_util, "_make_blocking_http_get", lambda url, timeout=5: asked.append(url))
    monkeypatch.setattr(net_util, "get_external_ip", net_util.get_external_ip)  # put back afterwards
    assert not server_util.is_url_from_allowed_origins("https://fremd.example") and asked, "this is what it would do by itself"
    asked.clear()
    server._ask_nobody_outside()
    assert not server_util.is_url_from_allowed_origins("https://fremd.example") and not asked


# ---- the page about it ---------------------------------------------------------------------------------


def variables() -> set[str]:
    """Every variable that the code reads."""
    found: set[str] = set()
    for name in CODE:
        for path in [ROOT / name, *(ROOT / name).rglob("*.py")]:
            if path.is_file():
                found |= set(re.findall(r'"(AKTEURSATLAS_[A-Z_]+)"', path.read_text(encoding="utf-8")))
    with_files = {f"{name}_FILE" for name in found if name.endswith("_PASSWORD")}
    return found | with_files


def test_every_variable_of_the_code_stands_in_the_table() -> None:
    assert variables() == set(re.findall(r"^\| `(AKTEURSATLAS_[A-Z_]+)`", DOCS, re.MULTILINE))
