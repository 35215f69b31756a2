"""Tables as people keep them: files, sheets, heads, cells, references."""
