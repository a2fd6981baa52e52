"""Report formats: one row and one module each."""
