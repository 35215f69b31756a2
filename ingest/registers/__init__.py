"""The forms of official registers and of directories."""
