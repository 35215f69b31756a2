"""The parts of the page *Fragen*: what is asked, the form, the answer, and what can be taken along."""
