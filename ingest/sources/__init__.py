"""One module per source; this folder is the list of sources."""
