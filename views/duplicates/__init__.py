"""The parts of the page Doppelstrukturen: what is chosen, the pairs, the two side by side, the verdicts."""
