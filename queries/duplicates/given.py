"""The tables that the finders are given: their columns as text, and ids that name each row once."""

from __future__ import annotations

import pandas as pd


def text(frame: pd.DataFrame, name: str) -> pd.Series:
    """A column as trimmed text; "" where nothing stands, or the column is missing."""
    values = frame[name] if name in frame.columns else [""] * len(frame)
    return pd.Series(["" if pd.isna(value) else str(value).strip() for value in values], dtype=str)


def check_ids(frame: pd.DataFrame, column: str) -> None:
    """Raises ``ValueError`` (a German sentence with the row of the file) where the column of ids is missing, or one is empty or stands twice."""
    if column not in frame.columns:
        raise ValueError(f"Die Spalte {column} fehlt. Vorhanden sind: {', '.join(map(str, frame.columns)) or 'keine'}")
    ids = text(frame, column)
    if (ids == "").any():
        raise ValueError(f"Zeile {int((ids == '').to_numpy().argmax()) + 2}, Spalte {column}: die Kennung fehlt")
    if ids.duplicated().any():
        row = int(ids.duplicated().to_numpy().argmax())
        raise ValueError(f"Zeile {row + 2}, Spalte {column}: „{ids.iloc[row]}“ steht schon in einer früheren Zeile. Jede Kennung darf nur einmal vorkommen")
