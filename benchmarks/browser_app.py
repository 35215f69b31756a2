"""The pages that benchmarks/browser.py opens: a bare one, one with next to nothing in a component, one with our Netz, one with vis-network through pyvis."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import streamlit as st  # noqa: E402

from benchmarks.crowd import POSITIONS  # noqa: E402
from benchmarks.crowd import network as made  # noqa: E402
from views.drawing import Drawing, draw  # noqa: E402
from views.network import network  # noqa: E402
from views.positions import Positions  # noqa: E402

HEIGHT = 700


@st.cache_resource
def drawing_of(size: int) -> Drawing:
    """Our Netz, everybody where they stood when the benchmark arranged it."""
    actors, ties = made(size)
    with Positions(Path(os.environ[POSITIONS])) as positions:
        return draw("netz", actors, ties, scope=f"{size}", positions=positions, language="de", whole=True, grouping="community")


@st.cache_resource
def page_of(size: int) -> str:
    """The same network by pyvis, at the same places, without physics, and without what it would load from elsewhere."""
    from pyvis.network import Network

    drawing = drawing_of(size)
    other = Network(height=f"{HEIGHT}px", width="100%", cdn_resources="in_line")
    other.toggle_physics(False)
    colors = dict(zip(drawing.nodes.types, ("#12866F", "#1B4F9C", "#3A404C", "#D55E00", "#A1307E"), strict=False))
    other.nodes = [
        {"id": n, "label": node["label"], "shape": "dot", "size": 8, "color": colors[node["type"]]}
        | {"x": (node["x"] - 0.5) * 9000, "y": (node["y"] - 0.5) * 6000}
        for n, node in enumerate(drawing.nodes)
    ]
    other.edges = [{"from": a, "to": b} for a, b, _kind, _n in drawing.ties]  # add_edge looks through all edges for each new one
    other.node_ids = [node["id"] for node in other.nodes]
    html = other.generate_html(notebook=False)
    return re.sub(r'<(?:script|link)[^>]*(?:src|href)="https?://[^"]*"[^>]*/?>(?:</script>)?', "", html)


st.set_page_config(layout="wide")
what, size = st.query_params.get("what", "bare"), int(st.query_params.get("n", "0"))
st.markdown("Messung")
if what == "ours":
    network(drawing_of(size), key="net", selected=None, chips=[], title="Messung", language="de", on_change=lambda: None)
elif what == "empty":
    canvas = "export default ({ parentElement }) => { const g = parentElement.querySelector('canvas').getContext('2d'); g.rect(9, 9, 99, 99); g.fill(); }"
    st.components.v2.component("bench.empty", html='<canvas width="900" height="600"></canvas>', js=canvas)(key="empty")
elif what == "vis":
    import streamlit.components.v1 as components

    components.html(page_of(size), height=HEIGHT)
