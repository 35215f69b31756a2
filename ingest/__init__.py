"""How sources come in."""
