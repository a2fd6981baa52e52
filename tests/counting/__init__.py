"""Which lines of the harness its tests run, in every process that they start: `make coverage`."""
