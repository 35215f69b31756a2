"""The network drawing as a Streamlit component: Python sends the finished drawing, the script paints it, clicks come back."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from views import changes, tokens
from views.captions import Caption
from views.drawing import Drawing
from views.matrix import SEATS
from views.mounting import Component, digest
from views.packing import Nodes, Ties
from views.positions import shared_scope
from views.story import Story
from views.words import translate

PRESENTATION_SCALE = 1.68

_COMPONENT = Component(
    "akteursatlas.network",
    Path(__file__).parent,
    html='<div class="net"></div>',
    scripts=(
        "symbols", "labels", "unpack", "geometry", "scene", "story", "matrix", "marks", "draw", "crowd", "backing",
        "frame", "interact", "svg", "sheet", "export", "talk", "main",
    ),  # fmt: skip
    style="network.css",
    states=("selected", "types", "opened", "hidden_ties", "moved", "rearranged", "turned", "emphasised", "ended"),
)


@dataclass(frozen=True)
class Turning:
    """Where a presentation is. ``areas``: can it go to the next area; ``spoken`` says what is shown now; ``emphasis`` are the actors that stand out."""

    areas: bool
    spoken: str
    emphasis: tuple[str, ...] = ()


@dataclass(frozen=True)
class Chip:
    """A type in the legend, which is the filter, too; ``disabled_reason`` says why it cannot be switched."""

    type: str
    count: int
    on: bool
    disabled_reason: str = ""


def network(
    drawing: Drawing,
    *,
    key: str,
    selected: str | None,
    chips: list[Chip],
    title: str,
    language: str,
    on_change: Callable[[], None],
    presentation: bool = False,
    counts: Mapping[str, int] | None = None,
    hidden: Collection[str] = (),
    moved: bool = False,
    above: int = 0,
    caption: Caption | None = None,
    story: Story | None = None,
    turning: Turning | None = None,
) -> None:
    """Shows ``drawing``. :func:`views.mounting.said` of ``st.session_state[key]`` then gives ``selected`` (actor id or None), ``types``, ``opened``,
    ``hidden_ties``, ``moved`` (id, x, y of somebody who was dragged) and ``rearranged`` (everybody back to where the layout puts them).

    ``selected`` is the actor chosen on the page; where it is in a fold, the fold is shown chosen. ``on_change``
    runs when the reader chooses, filters, opens or closes folds. ``presentation`` draws for a projector, without tools.
    ``counts`` are the ties of each kind that there are to be drawn, ``hidden`` the kinds among them that are switched off;
    ``moved`` offers to take back what was dragged. ``caption`` goes around the picture in a presentation, a saved file and on
    paper; without it nothing can be saved. ``story`` brings actors forward. ``above``: px of the page that controls over the
    drawing take from its height. In a presentation :class:`Turning` says where the
    reader is and whom they may bring forward; then there are also ``turned`` ({"since": when the page was opened, "turns": areas gone
    forward since then}), ``emphasised`` (ids) and ``ended``.
    """
    data = _around(
        drawing,
        chips=chips,
        title=title,
        language=language,
        presentation=presentation,
        counts=counts,
        hidden=hidden,
        moved=moved,
        caption=caption,
        story=story,
        turning=turning,
    )
    data |= {"selected": drawing.node_of(selected), "above": above}
    _COMPONENT.mount(data, key=key, on_change=on_change, fixed=drawing.sent)


def payload(drawing: Drawing, *, chips: list[Chip], title: str, language: str, **more: Any) -> dict[str, Any]:
    """Everything that the script needs, but the selection; ``version`` is a hash of it. Parameters as of :func:`network`."""
    return drawing.content() | _around(drawing, chips=chips, title=title, language=language, **more)


def _sign(kinds: Collection[str]) -> str:
    """How the Matrix shows ties of these kinds: seats fill a cell, others are a dot in it."""
    return "square" if SEATS in kinds else "dot"


def _around(
    drawing: Drawing,
    *,
    chips: list[Chip],
    title: str,
    language: str,
    presentation: bool = False,
    counts: Mapping[str, int] | None = None,
    hidden: Collection[str] = (),
    moved: bool = False,
    caption: Caption | None = None,
    story: Story | None = None,
    turning: Turning | None = None,
) -> dict[str, Any]:
    """What is beside the drawing itself, and the hash of both."""
    if counts is None:
        counts = Ties.of(drawing.ties).counts
    types = dict.fromkeys([*(chip.type for chip in chips), *Nodes.of(drawing.nodes).types])
    around: dict[str, Any] = {
        "view": f"{drawing.name} {shared_scope(drawing.scope)}",  # saving a view is no other picture: the zoom stays
        "types": tokens.type_tokens(types, language),
        "kinds": tokens.kind_tokens(drawing.kinds, language),
        "samples": [entry | {"cell": _sign(entry["kinds"]) if drawing.name == "matrix" else ""} for entry in tokens.samples(counts, hidden, language)],
        "chips": [{"type": chip.type, "count": chip.count, "on": chip.on, "reason": chip.disabled_reason} for chip in chips],
        "signs": [{"mark": mark, "label": changes.words(mark)} for mark in (changes.JOINED, changes.LEFT)] if drawing.since else [],
        "cell": SEATS if drawing.name == "matrix" else "",
        "palette": tokens.PALETTE,
        "words": words(language),
        "title": title,
        "language": "en-GB" if language == "en" else "de-DE",
        "scale": PRESENTATION_SCALE if presentation else 1,
        "presentation": presentation,
        "moved": moved,
        "caption": caption.payload() if caption else None,
        "story": story.marks(drawing) if story else None,
        "turning": asdict(turning) if turning else None,
    }
    return around | {"version": digest([drawing.version, around])}


def words(language: str) -> dict[str, str]:
    """The sentences of the script; {name} places are filled there."""
    return {
        "legend": translate("Legende und Filter", language),
        "hide": translate("{types} ausblenden", language),
        "show": translate("{types} einblenden", language),
        "fold": translate("Zusammenfassen", language),
        "foldLong": translate("Geöffnete Gruppen wieder zusammenfassen", language),
        "bigger": translate("Vergrößern (Taste Plus)", language),
        "smaller": translate("Verkleinern (Taste Minus)", language),
        "everything": translate("Alles zeigen (Taste 0)", language),
        "rearrange": translate("Anordnung zurücksetzen", language),
        "rearrangeLong": translate("Was von Hand verschoben wurde, wieder von selbst anordnen", language),
        "sure": translate("Wirklich zurücksetzen?", language),
        "moved": translate("{name} verschoben.", language),
        "full": translate("Vollbild", language),
        "fullLong": translate("Vollbild (Taste F)", language),
        "saveSvg": translate("Bild als SVG speichern", language),
        "savePng": translate("Bild als PNG speichern", language),
        "saved": translate("{file} gespeichert.", language),
        "notSaved": translate("Das Bild ließ sich nicht speichern.", language),
        "talkTools": translate("Vortrag steuern", language),
        "previous": translate("Voriges Gebiet (Pfeil links)", language),
        "next": translate("Nächstes Gebiet (Pfeil rechts)", language),
        "emphasise": translate("Hervorheben", language),
        "emphasiseLong": translate("Hervorheben, wen Sie im Bild angeklickt haben (Taste H)", language),
        "plain": translate("Hervorhebung aufheben", language),
        "end": translate("Beenden", language),
        "endLong": translate("Beenden: zurück zur Akteurslandkarte (Escape)", language),
        "hiddenOne": translate("1 Name ausgeblendet – zum Lesen vergrößern", language),
        "hiddenMany": translate("{n} Namen ausgeblendet – zum Lesen vergrößern", language),
        "foldTip": translate("{name} – zum Öffnen klicken", language),
        "foldHint": translate("Zusammengefasst; mit der Eingabetaste öffnen.", language),
        "seatTip": translate("{name}: 1 Sitz insgesamt; die Linien zeigen die Sitze aus diesem Bild", language),
        "seatsTip": translate("{name}: {n} Sitze insgesamt; die Linien zeigen die Sitze aus diesem Bild", language),
        "noSeatTip": translate("{name}: noch kein Sitz erfasst", language),
        "seats": translate("Sitze", language),
        "cellOne": translate("1 Sitz", language),
        "thousand": translate("T", language),
        "cellMany": translate("{n} Sitze", language),
        "tieOne": translate("1 Beziehung", language),
        "tieMany": translate("{n} Beziehungen", language),
        "nobody": translate("Niemand ausgewählt.", language),
        "about": translate(
            "{title} Im Bild {actors} Symbole, {ties} Linien. Bild auf und Bild ab: nächster Akteur, Pfeile: verschieben, Plus und Minus: Größe, "
            "0: alles, F: Vollbild, Eingabe: Gruppe öffnen, Escape: Auswahl aufheben. Gleichwertige Tabelle im Reiter Tabelle.",
            language,
        ),
    }
