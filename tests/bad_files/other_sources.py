"""Indicators, HSDS packages and mapping files that are broken or hostile."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from tests.bad_files.case import Case, Make, book, written

_ORGANISATIONS = "id,name\n1,Familienbüro\n"
_SERVICES = "id,organization_id,name\n1,1,Beratung\n"
_WIDE = (("Schule", "Träger"), ("Grundschule Nord", "Stadt"))


def _zip(members: dict[str, str | bytes], name: str = "hsds.zip") -> Make:
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, content in members.items():
            archive.writestr(member, content)
    return written(name, raw.getvalue())


def _locked() -> Make:
    def make(folder: Path) -> Path:
        path = _zip({"organizations.csv": _ORGANISATIONS})(folder)
        raw = bytearray(path.read_bytes())
        raw[6] |= 1  # the mark of an encrypted member, in the member's own head and in the directory
        raw[raw.rfind(b"PK\x01\x02") + 8] |= 1
        path.write_bytes(bytes(raw))
        return path

    return make


def _bomb(folder: Path) -> Path:
    path = folder / "hsds.zip"
    block = b"2,x\n" * 250_000
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive, archive.open("organizations.csv", "w", force_zip64=True) as member:
        member.write(b"id,name\n")
        for _ in range(1_500):
            member.write(block)
    return path


def _hsds(name: str, make: Make, exit: int, *says: str, taken: int | None = None) -> Case:
    return Case(name, make, exit, says, taken, "hsds")


def _cut(folder: Path) -> Path:
    path = _zip({"organizations.csv": _ORGANISATIONS * 500})(folder)
    path.write_bytes(path.read_bytes()[:-40])
    return path


def _mapped(name: str, yaml: str | bytes | None, *says: str) -> Case:
    def make(folder: Path) -> Path:
        path = book({"Liste": _WIDE}, name="liste.xlsx")(folder)
        if yaml is not None:
            (folder / "liste.mapping.yaml").write_bytes(yaml.encode() if isinstance(yaml, str) else yaml)
        return path

    return Case(name, make, 2, says or ("mapping",), source="mapped")


_ALIASES = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [{','.join(['*' + chr(97 + n)] * 9)}]\n" for n in range(9)
)


def _indicators(name: str, text: str, exit: int, *says: str) -> Case:
    return Case(name, written("kennzahlen.csv", text), exit, says, source="indicators")


CASES = [
    _hsds("good", _zip({"organizations.csv": _ORGANISATIONS, "services.csv": _SERVICES}), 0, taken=2),
    _hsds("0 bytes", written("hsds.zip", b""), 2, "hsds.zip"),
    _hsds("an empty zip", _zip({}), 2, "hsds.zip"),
    _hsds("no zip", written("hsds.zip", "id,name\n"), 2, "hsds.zip"),
    _hsds("cut off", _cut, 2, "hsds.zip"),
    _hsds("locked", _locked(), 2, "Kennwort"),
    _hsds("a bomb", _bomb, 2, "größer"),
    _hsds("paths out of the folder", _zip({"../../organizations.csv": _ORGANISATIONS, "/etc/services.csv": _SERVICES}), 2, "hsds.zip"),
    _hsds("a zip in a zip", _zip({"inner.zip": b"PK\x03\x04"}), 2, "hsds.zip"),
    _hsds("no table of ours", _zip({"readme.txt": "hallo"}), 2, "organizations"),
    _hsds("5,000 members", _zip({f"x{n}.csv": "" for n in range(5_000)}), 2, "hsds.zip"),
    _hsds("an offer of nobody", _zip({"organizations.csv": _ORGANISATIONS, "services.csv": _SERVICES + "2,99,Kurs\n"}), 1, "99", taken=2),
    _hsds("an organisation without a name", _zip({"organizations.csv": _ORGANISATIONS + "2,\n", "services.csv": _SERVICES}), 1, "Name", taken=2),
    _hsds("an id twice", _zip({"organizations.csv": _ORGANISATIONS + "1,Anders\n", "services.csv": _SERVICES}), 1, "1", taken=2),
    _mapped("no mapping file", None, "akteursatlas map"),
    _mapped("an empty mapping file", ""),
    _mapped("YAML that is none", "a: [1, 2\nb: }"),
    _mapped("YAML that is a list", "- 1\n- 2\n"),
    _mapped("YAML that builds objects", "!!python/object/apply:os.system ['touch evil']\n"),
    _mapped("YAML whose aliases explode", _ALIASES),
    _mapped("YAML of 20 MB", "# " + "x" * 20_000_000),
    _mapped("YAML that is noise", bytes(range(256))),
    _mapped("a mapping that names a column that is not there", "entries: {s: {type: Institution, name: Gymnasium}}\n", "mapping", "Gymnasium", "Gefunden: Schule"),
    _mapped("a mapping with a word that is none", "entries: {s: {typ: Institution, name: Schule}}\n", "mapping", "typ", "möglich sind"),
    _mapped("a mapping with a type that is none", "entries: {s: {type: Raumschiff, name: Schule}}\n", "mapping", "Raumschiff"),
    _mapped("a relationship that cannot be", "entries: {s: {type: Area, name: Schule}, t: {type: Person, name: Träger}}\nties: [{edge: RUNS, from: s, to: t}]\n", "RUNS"),
    _mapped("a relationship to nobody", "entries: {s: {type: Institution, name: Schule}}\nties: [{edge: RUNS, from: x, to: s}]\n", "entries", "„x“"),
    _mapped("YAML 10,000 deep", "a: " + "[" * 10_000),
    _indicators("indicators of 0 bytes", "", 2, "leer"),
    _indicators("no columns that are known", "x;y\n1;2\n", 2, "kennzahlen.csv"),
    _indicators("an unknown area", "Gebiet;Kennzahl;Jahr;Wert\nNirgendwo;Kinder unter 6;2024;12\n", 2, "Nirgendwo"),
    _indicators("a year that is none", "Gebiet;Kennzahl;Jahr;Wert\nNirgendwo;Kinder unter 6;bald;12\n", 2, "Nirgendwo"),
]
