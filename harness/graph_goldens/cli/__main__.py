"""`python -m graph_goldens.cli`: the `goldens` command without its script."""

from graph_goldens.cli import main

main()
