"""`python -m harness.cli`: the `goldens` command without its script."""

from harness.cli.main import main

main()
