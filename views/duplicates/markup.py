"""The comparison, the picture of what two have in common, and the evidence, as HTML: real tables, every text escaped."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path

from graph import schema
from views.duplicates.comparing import Row, Shared
from views.words import _, number

_STYLE = f"<style>{(Path(__file__).parent / 'pair.css').read_text(encoding='utf-8')}</style>"
_LISTED = 12


def comparison(rows: Sequence[Row], names: tuple[str, str], types: tuple[str, str]) -> str:
    """A table of two columns of values, with a sign between them: the same, different (marked and bold), or said of one only."""
    one, other = (f"{_glyph(kind)} {escape(name)}" for name, kind in zip(names, types, strict=True))
    columns = '<colgroup><col style="width:150px"><col><col style="width:34px"><col></colgroup>'
    heads = f'<th scope="col">{one}</th><td></td><th scope="col">{other}</th>'
    body = "".join(_row(row) for row in rows)
    return f'{_STYLE}<table class="pair">{columns}<thead><tr><td></td>{heads}</tr></thead><tbody>{body}</tbody></table>'


def _row(row: Row) -> str:
    if row.alone:
        look, sign, word = "", "·", _("nur bei einem")
    else:
        look, sign, word = ("", "=", _("gleich")) if row.same else ("differs", "≠", _("verschieden"))
    held = f" <small>{escape(_('gilt danach'))}</small>"
    one, other = (escape(value) + (held if row.holds == side else "") if value else "–" for side, value in (("one", row.one), ("other", row.other)))
    between = f'<span aria-hidden="true">{sign}</span><span class="spoken">{escape(word)}</span>'
    return f'<tr class="{look}"><th scope="row">{escape(row.label)}</th><td>{one}</td><td class="sign">{between}</td><td>{other}</td></tr>'


def capsule(found: Shared, names: tuple[str, str], both: str) -> str:
    """Who is only with one, with both, only with the other: three parts of one bar, the middle one filled. ``both`` says what is counted."""
    parts = (
        ("", _("nur {name}").format(name=names[0]), found.one),
        (" both", both, found.both),
        ("", _("nur {name}").format(name=names[1]), found.other),
    )
    shown = "".join(
        f'<section class="part{look}"><h4>{escape(title)}</h4><strong>{number(len(members))}</strong><ul>{_members(members)}</ul></section>'
        for look, title, members in parts
    )
    return f'{_STYLE}<div class="capsule">{shown}</div>'


def _members(members: Sequence[tuple[str, str]]) -> str:
    lines = [f"<li>{_glyph(kind)} {escape(name)}</li>" for name, kind in members[:_LISTED]]
    rest = len(members) - _LISTED
    return "".join(lines) + (f"<li>{escape(_('und {n} weitere').format(n=number(rest)))}</li>" if rest > 0 else "")


def evidence(told: Sequence[tuple[str, float]]) -> str:
    """Each sentence with its points and a bar: to the right what speaks for the pair, to the left and hollow what speaks against it."""
    most = max((abs(points) for _words, points in told), default=1.0)
    rows = "".join(
        f'<tr><td>{escape(words)}</td><td class="points">{"+" if points > 0 else ""}{number(points, 1)}</td>'
        f'<td class="bar" aria-hidden="true"><i class="{"for" if points > 0 else "against"}" style="width:{50 * abs(points) / most:.1f}%"></i></td></tr>'
        for words, points in told
    )
    head = "".join(f'<th scope="col">{escape(word)}</th>' for word in (_("Grund"), _("Punkte")))
    return f'{_STYLE}<table class="evidence"><thead class="spoken"><tr>{head}<td></td></tr></thead><tbody>{rows}</tbody></table>'


def _glyph(kind: str) -> str:
    symbol = schema.NODES[kind].symbol
    return f'<i class="glyph" style="color:{symbol.text_color}" aria-hidden="true">{escape(symbol.glyph)}</i>'
