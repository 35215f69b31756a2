"""Measurements that belong to the project: `make bench`."""
