"""The gate: capture an environment's records, hold them against the goldens, accept what is asked for."""
