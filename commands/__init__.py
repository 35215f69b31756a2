"""The commands of the command line, a module for each subject; ``cli.py`` collects them."""
