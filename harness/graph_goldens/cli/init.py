"""`goldens init`."""

from pathlib import Path

from rich.console import Console
from rich.text import Text

from graph_goldens.cli.consoles import make_output
from graph_goldens.files import write_whole
from graph_goldens.starter.new_project import NewProject, find_new_project
from graph_goldens.starter.pieces import Piece, plan_pieces
from graph_goldens.words import make_lines_visible


def init() -> int:
    """Begin in a repository: settings, an example case, a workflow and a hook; what is there stays.

    Example: goldens init
    """
    project, console = find_new_project(Path.cwd()), make_output()
    for piece in plan_pieces(project):
        if piece.content is not None:
            write_whole(piece.file.resolve(), piece.content)
        _tell_piece(console, project, piece)
    if project.repository is None:
        console.print("no git repository: run it again in one for its ignored files, workflow and hook")
    console.print("next: [bold]goldens update[/] records the graphs, then [bold]goldens check[/]")
    return 0


def _tell_piece(console: Console, project: NewProject, piece: Piece) -> None:
    top = project.repository or project.root
    file = piece.file.relative_to(top) if piece.file.is_relative_to(top) else piece.file
    if piece.content is None:
        text = Text.assemble(("left ", "dim"), make_lines_visible(f"{file}: {piece.what}: {piece.why}"))
    else:
        text = Text.assemble(("wrote", "green"), make_lines_visible(f" {file}: {piece.what}"))
    console.print(text, soft_wrap=True)
