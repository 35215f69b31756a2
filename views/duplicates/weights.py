"""What the judgements teach about the weights of the evidence: shown first, applied by a press, and taken away by another."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import pandas as pd
import streamlit as st

from graph.home import user_name
from graph.identity import Judgement
from queries.duplicates import learning
from queries.duplicates.learning import Learnt
from queries.duplicates.records_reasons import WORDS, part_of
from queries.duplicates.sentences import joined, sentence
from views import data
from views.duplicates import notices
from views.duplicates.pairs import Pair
from views.words import _, language, number

_LEAST = 0.02
"""A factor nearer to 1 than this is none."""


def applied() -> dict[str, float]:
    """The factors that are applied, by part of the evidence; none where their file is damaged, which the page says."""
    try:
        return learning.read(data.home().weights_path)
    except ValueError as error:
        notices.fail(str(error))
        return {}


def unscaled(pair: Pair) -> str:
    """The evidence of a pair as the ledger keeps it: with the points of the delivered weights, so that nothing is learnt twice."""
    factors = applied()
    return joined(sentence(words, points / factors.get(part_of(words) or "", 1.0)) for words, points in pair.evidence)


def show(judgements: Sequence[Judgement]) -> None:
    """What can be learnt, or how many judgements that still needs."""
    joins, apart = learning.usable(judgements)
    factors = applied()
    with st.expander(_("Gewichte aus den Urteilen lernen"), expanded=False):
        found = learning.learn(judgements)
        if found is None:
            text = _("Ab {least} Urteilen über Einträge, mindestens {each} je Richtung, lässt sich ablesen, welche Gründe zu viel oder zu wenig zählen.")
            st.markdown(text.format(least=number(learning.LEAST), each=number(learning.EACH)))
            st.markdown(_("Bisher: {joins} für dasselbe, {apart} dagegen.").format(joins=number(joins), apart=number(apart)))
        else:
            _proposal(found, factors)
        if factors:
            st.button(_("Mitgelieferte Gewichte wieder verwenden"), key="review_weights_back", on_click=_forget)


def _proposal(found: Learnt, factors: dict[str, float]) -> None:
    told = _("Aus {n} Urteilen: Das Vorzeichen der Punkte stimmte bei {before}, mit den gelernten Gewichten bei {after}.")
    st.markdown(told.format(n=number(found.judged), before=number(found.before), after=number(found.after)))
    rows = [
        (WORDS[part][0].in_(language()), number(factors.get(part, 1.0), 2), number(factor, 2))
        for part, factor in found.factors.items()
        if abs(factor - 1) >= _LEAST or abs(factors.get(part, 1.0) - 1) >= _LEAST
    ]
    if rows:
        st.table(pd.DataFrame(rows, columns=[_("Grund"), _("zählt jetzt"), _("gelernt")]).set_index(_("Grund")))
    else:
        st.markdown(_("Die Urteile verlangen keine anderen Gewichte."))
    if rows and found.factors != factors:
        st.button(_("Gelernte Gewichte anwenden"), key="review_weights", type="primary", on_click=_apply, args=(found,))


def _apply(found: Learnt) -> None:
    user = user_name()
    learning.write(data.home().weights_path, found, user=user, at=datetime.now(UTC).isoformat(timespec="seconds"))
    data.ledger().audit("apply_weights", {"judged": found.judged, "factors": found.factors}, user=user)
    notices.tell(_("Die gelernten Gewichte gelten jetzt."))


def _forget() -> None:
    data.home().weights_path.unlink(missing_ok=True)
    data.ledger().audit("forget_weights", "", user=user_name())
    notices.tell(_("Es gelten wieder die mitgelieferten Gewichte."))
