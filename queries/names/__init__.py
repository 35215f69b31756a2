"""German names of institutions, bodies and persons, taken apart into what tells them apart. No analyses; used by ``queries/duplicates``."""
