"""Read what a project and its packs need beside PyTorch.

    [tool.goldens]
    python = "3.13"

    [tool.goldens.packs.vision]
    requires = ["torchvision==0.24.*", "my-backend @ ."]
    env = { MY_BACKEND_LEVEL = "2" }

    torch = ">=2.13"

A pack may say the same in a file of its own, `pack.toml` in its folder. What a pack requires, sets, includes
and links is added to what the project says; its Python takes the place of the project's. A pack that is for
some PyTorch versions alone is left out beside others. Paths are meant from the folder of the file that names
them.
"""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NoReturn

from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import canonicalize_name

from graph_goldens.cases.case_folders import CaseFolders, list_folders
from graph_goldens.environments.builds import PACKAGE, is_python_version
from graph_goldens.environments.pack_needs import Needs
from graph_goldens.errors import UserError
from graph_goldens.gate.project_needs import FIELDS, PACK_FIELDS, PACK_FILE, PACKS, ProjectNeeds
from graph_goldens.toml_reading import read_toml
from graph_goldens.words import suggest_name

# A path behind the `@`, which is no URL.
_LOCAL = re.compile(r"\s*([\w.-]+(?:\s*\[[\w\s,.-]*\])?)\s*@\s*((?!\w+(?:\+\w+)?:)\S.*?)\s*")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_FIXED = re.compile(r"PYTHON.*|HOME|TMPDIR")  # the worker itself rests on these


def read_needs(table: Mapping[str, object], root: Path, cases: CaseFolders) -> ProjectNeeds:
    """Read what a project's settings and the files of its packs say.

    Args:
        table: `[tool.goldens]`.
        root: the folder of its file.
        cases: the folder of packs, or several.

    Raises:
        UserError: a setting is none, or is not what it should be.
    """
    own = _Reader(
        {name: table[name] for name in FIELDS if name in table}, "[tool.goldens]", root, FIELDS
    ).read()
    if own.python and not is_python_version(own.python):
        own = replace(own, python=_locate_interpreter(own.python, root))
    readers = dict(_find_readers(table, root, cases))
    packs = {name: _join(own, reader.read()) for name, reader in readers.items()}
    torch = {name: meant for name, reader in readers.items() if (meant := reader.read_torch())}
    for name, needs in packs.items():
        if needs.python != own.python and not is_python_version(needs.python):
            raise UserError(f"`python` of the pack {name} is not a version such as 3.13; give one")
    return ProjectNeeds(own, packs, torch)


def _find_readers(
    table: Mapping[str, object], root: Path, cases: CaseFolders
) -> Iterator[tuple[str, "_Reader"]]:
    """Find what each pack says, in the project's settings or in a file of its own."""
    tables = table.get(PACKS, {})
    if not isinstance(tables, dict):
        raise UserError(f"[tool.goldens.{PACKS}] is not a table of packs")
    roots = list_folders(cases)
    folders = sorted(folder.name for root in roots for folder in root.iterdir() if folder.is_dir())
    for name, settings in tables.items():
        if name not in folders and name not in {root.name for root in roots}:
            raise UserError(f"[tool.goldens.packs.{name}] is of no pack; {suggest_name(name, folders)}")
        yield name, _Reader(settings, f"[tool.goldens.packs.{name}]", root)
    for file in (file for root in roots for file in sorted(root.glob(f"*/{PACK_FILE}"))):
        if file.parent.name in tables:
            raise UserError(f"{file} says what [tool.goldens.packs.{file.parent.name}] says too; keep one")
        yield file.parent.name, _Reader(read_toml(file), str(file), file.parent)


def _join(own: Needs, pack: Needs) -> Needs:
    return Needs(
        requires=tuple(dict.fromkeys((*own.requires, *pack.requires))),
        python=pack.python or own.python,
        variables=tuple({**dict(own.variables), **dict(pack.variables)}.items()),
        include=tuple(dict.fromkeys((*pack.include, *own.include))),
        libraries=tuple(dict.fromkeys((*pack.libraries, *own.libraries))),
    )


@dataclass(frozen=True)
class _Reader:
    """Reads one table.

    Attributes:
        table: the table.
        where: what it is called.
        folder: what its paths are meant from.
        fields: the settings that it may hold.
    """

    table: object
    where: str
    folder: Path
    fields: tuple[str, ...] = PACK_FIELDS

    def read(self) -> Needs:
        if not isinstance(self.table, dict):
            raise UserError(f'{self.where} is not a table such as {{ requires = ["einops"] }}')
        for name in sorted(self.table.keys() - set(self.fields)):
            raise UserError(f"`{name}` in {self.where} is no setting; {suggest_name(name, self.fields)}")
        return Needs(
            requires=tuple(map(self._read_requirement, self._list("requires"))),
            python=self._read_python(),
            variables=tuple(sorted(self._read_variables())),
            include=tuple(map(self._read_folder, self._list("include"))),
            libraries=tuple(map(self._read_library, self._list("libraries"))),
        )

    def read_torch(self) -> str:
        """Read which PyTorch versions a pack is for; empty where it is for all.

        Raises:
            UserError: it is no version specifier.
        """
        assert isinstance(self.table, dict)
        value = self.table.get("torch", "")
        try:
            return str(SpecifierSet(value)) if isinstance(value, str) else self._refuse_torch()
        except InvalidSpecifier:
            return self._refuse_torch()

    def _refuse_torch(self) -> NoReturn:
        raise UserError(f'`torch` in {self.where} is no version specifier such as ">=2.13"')

    def _list(self, name: str) -> list[str]:
        assert isinstance(self.table, dict)
        value = self.table.get(name, [])
        if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
            raise UserError(f"`{name}` in {self.where} is not a list of texts")
        return value

    def _read_python(self) -> str:
        assert isinstance(self.table, dict)
        value = self.table.get("python", "")
        if not isinstance(value, str):
            raise UserError(f'`python` in {self.where} is not a text such as "3.13"')
        return value

    def _read_requirement(self, text: str) -> str:
        """Read a requirement; a path behind its `@` becomes a URL, which means the same from everywhere."""
        local = _LOCAL.fullmatch(text)
        if local is None:
            return self._demand_requirement(text, text)
        place = self._resolve(local[2])
        if not place.exists():
            raise UserError(f"{text!r} of `requires` in {self.where}: there is no {place}")
        return self._demand_requirement(f"{local[1]} @ {place.as_uri()}", text)

    def _demand_requirement(self, requirement: str, text: str) -> str:
        try:
            found = Requirement(requirement)
        except InvalidRequirement as error:
            why = str(error).partition("\n")[0]
            raise UserError(f"{text!r} of `requires` in {self.where} is no requirement: {why}") from None
        if canonicalize_name(found.name) == PACKAGE:
            raise UserError(f"{text!r} of `requires` in {self.where}: --torch and `default` choose PyTorch")
        return requirement

    def _read_variables(self) -> Iterator[tuple[str, str]]:
        assert isinstance(self.table, dict)
        value = self.table.get("env", {})
        if not isinstance(value, dict) or not all(isinstance(each, str) for each in value.values()):
            raise UserError(f"`env` in {self.where} is not a table of texts")
        for name, text in value.items():
            if not _VARIABLE.fullmatch(name) or _FIXED.fullmatch(name):
                raise UserError(f"`{name}` of `env` in {self.where} is no variable that may be set")
            yield name, text

    def _read_folder(self, text: str) -> str:
        place = self._resolve(text)
        if not place.is_dir():
            raise UserError(f"{text!r} of `include` in {self.where} is no folder: {place}")
        return str(place)

    def _read_library(self, text: str) -> str:
        """Read the name of a library, as `-l` takes it, or a path, which holds a `/`."""
        if os.sep not in text:
            return text
        place = self._resolve(text)
        if not place.is_file():
            raise UserError(f"{text!r} of `libraries` in {self.where} is no file: {place}")
        return str(place)

    def _resolve(self, path: str) -> Path:
        return (self.folder / Path(path).expanduser()).resolve()


def _locate_interpreter(text: str, root: Path) -> str:
    """Locate an interpreter: a path from the project's folder, whose links stay, or a name."""
    return os.path.normpath(root / Path(text).expanduser()) if os.sep in text else text
