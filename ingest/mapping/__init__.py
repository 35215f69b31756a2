"""Somebody's own table as a source: what its columns mean, proposed, asked, and kept in a file."""
