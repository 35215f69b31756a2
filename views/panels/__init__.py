"""Parts of the Akteurslandkarte, each shown by one function."""
