"""What is missing or contradictory in the data."""
