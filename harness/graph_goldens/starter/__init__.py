"""How a project begins: the files that `goldens init` writes into an existing repository."""
