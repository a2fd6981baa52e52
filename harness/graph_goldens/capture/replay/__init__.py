"""Replay: build the graphs of records from their texts, and run two of them on equal inputs."""
