"""Design: trials that could be."""
