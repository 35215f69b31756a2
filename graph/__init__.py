"""What the network is and where it lives."""
