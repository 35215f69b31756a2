"""Finding the same thing twice: records of one actor, and structures that do the same. No analyses; see docs/duplicates.md."""
