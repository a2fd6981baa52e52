"""What a project's packs need, as its settings hold it, and which need the same; light, for all commands."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from graph_goldens.cases.packs import PackChoice
from graph_goldens.environments.pack_needs import NO_NEEDS, Needs

PACK_FILE = "pack.toml"
PACKS = "packs"
FIELDS = ("requires", "python", "env", "include", "libraries")
PACK_FIELDS = (*FIELDS, "torch")


@dataclass(frozen=True)
class ProjectNeeds:
    """What a project's packs need beside PyTorch.

    Attributes:
        own: what all of them need.
        packs: what each pack needs that says something itself, the project's included.
        torch: which PyTorch versions a pack is for that says so, as `>=2.13`.
    """

    own: Needs = NO_NEEDS
    packs: Mapping[str, Needs] = field(default_factory=dict)
    torch: Mapping[str, str] = field(default_factory=dict)

    def without_packages(self) -> "ProjectNeeds":
        """What is left of it in an interpreter that exists, into which nothing is installed."""
        packs = {name: _strip(needs) for name, needs in self.packs.items()}
        return replace(self, own=_strip(self.own), packs=packs)


NO_PROJECT_NEEDS = ProjectNeeds()


@dataclass(frozen=True)
class PackGroup:
    """Packs that need the same, so that one environment serves them.

    Attributes:
        choice: the packs.
        needs: what they need.
    """

    choice: PackChoice
    needs: Needs


def group_packs(needs: ProjectNeeds, packs: Iterable[str], root: str) -> list[PackGroup]:
    """Group packs by what they need, those first that need what the project says.

    Args:
        needs: what they need.
        packs: all packs.
        root: import name of their folder.
    """
    names: dict[Needs, list[str]] = {needs.own: []}
    for pack in packs:
        names.setdefault(needs.packs.get(pack, needs.own), []).append(pack)
    found = [(need, frozenset(each)) for need, each in names.items() if each]
    if len(found) < 2:
        return [PackGroup(PackChoice(root), found[0][0] if found else needs.own)]
    return [PackGroup(PackChoice(root, each), need) for need, each in found]


def _strip(needs: Needs) -> Needs:
    return replace(needs, requires=(), python="")
