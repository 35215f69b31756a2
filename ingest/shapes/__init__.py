"""Areas: GeoJSON, coordinate systems, repairs, neighbours, levels and keys."""
