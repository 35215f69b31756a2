"""What is missing: for which area, theme, stage and target group there is nothing, and where to look first."""
