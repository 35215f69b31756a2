"""A fictional city, made from a number and written as ordinary source files: ``demo.make`` and ``demo.sources``."""

from demo.city import make, sources
from demo.planted import Truth

__all__ = ["Truth", "make", "sources"]
