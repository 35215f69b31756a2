"""What a reading says of itself: the report, its files, rows to mend, progress."""
