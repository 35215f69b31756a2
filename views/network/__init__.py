"""The network drawing as a Streamlit component: Python sends the finished drawing, the script paints it, clicks come back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from views import tokens
from views.drawing import Drawing
from views.mounting import Component, digest
from views.words import translate

PRESENTATION_SCALE = 1.68

_COMPONENT = Component(
    "akteursatlas.network",
    Path(__file__).parent,
    html='<div class="net"></div>',
    scripts=("symbols", "labels", "geometry", "scene", "draw", "frame", "interact", "main"),
    style="network.css",
    states=("selected", "types", "opened"),
)


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
) -> None:
    """Shows ``drawing``. :func:`views.mounting.said` of ``st.session_state[key]`` then gives ``selected`` (actor id or None), ``types``, ``opened``.

    ``selected`` is the actor chosen on the page; where it is in a fold, the fold is shown chosen. ``on_change``
    runs when the reader chooses, filters, opens or closes folds. ``presentation`` draws for a projector, without tools.
    """
    data = payload(drawing, chips=chips, title=title, language=language, presentation=presentation)
    data["selected"] = drawing.node_of(selected)
    _COMPONENT.mount(data, key=key, on_change=on_change)


def payload(drawing: Drawing, *, chips: list[Chip], title: str, language: str, presentation: bool = False) -> dict[str, Any]:
    """Everything that the script needs, but the selection; ``version`` is a hash of it."""
    types = dict.fromkeys([*(chip.type for chip in chips), *(node["type"] for node in drawing.nodes)])
    data = drawing.content() | {
        "view": f"{drawing.name} {drawing.scope}",
        "types": tokens.type_tokens(types, language),
        "kinds": tokens.kind_tokens(drawing.kinds, language),
        "samples": tokens.samples(drawing.kinds, language),
        "chips": [{"type": chip.type, "count": chip.count, "on": chip.on, "reason": chip.disabled_reason} for chip in chips],
        "palette": tokens.PALETTE,
        "words": words(language),
        "title": title,
        "language": "en-GB" if language == "en" else "de-DE",
        "scale": PRESENTATION_SCALE if presentation else 1,
        "presentation": presentation,
    }
    return data | {"version": digest(data)}


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
        "full": translate("Vollbild", language),
        "fullLong": translate("Vollbild (Taste F)", language),
        "hiddenOne": translate("1 Name ausgeblendet – zum Lesen vergrößern", language),
        "hiddenMany": translate("{n} Namen ausgeblendet – zum Lesen vergrößern", language),
        "foldTip": translate("{name} – zum Öffnen klicken", language),
        "foldHint": translate("Zusammengefasst; mit der Eingabetaste öffnen.", language),
        "seatTip": translate("{name}: 1 Sitz insgesamt; die Linien zeigen die Sitze aus diesem Bild", language),
        "seatsTip": translate("{name}: {n} Sitze insgesamt; die Linien zeigen die Sitze aus diesem Bild", language),
        "tieOne": translate("1 Beziehung", language),
        "tieMany": translate("{n} Beziehungen", language),
        "nobody": translate("Niemand ausgewählt.", language),
        "about": translate(
            "{title}. {actors} Akteure, {ties} Beziehungen. Bild auf und Bild ab: nächster Akteur, Pfeile: verschieben, Plus und Minus: Größe, "
            "0: alles, F: Vollbild, Eingabe: Gruppe öffnen, Escape: Auswahl aufheben. Gleichwertige Tabelle im Reiter Tabelle.",
            language,
        ),
    }
