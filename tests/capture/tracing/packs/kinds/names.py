"""Programs that need devices, whose errors print identities and sets, or that have names of such a form."""

import torch

from graph_goldens import Case, Fact, Raises, case

X = torch.linspace(-1.0, 1.0, 6).reshape(2, 3)
KNOWN: dict[str, torch.Tensor] = {}


@case
def needs_cuda_when_built() -> Case:
    return Case(lambda x: x.sin(), args=(X.clone().cuda(),), torch=">=2.4")


@case
def needs_cuda_when_run() -> Case:
    return Case(lambda x: x.to("cuda").sin(), args=(X.clone(),))


class Named(torch.nn.Module):
    """Has an attribute that looks like a name of Dynamo's."""

    def __init__(self) -> None:
        super().__init__()
        self._140031920574832_c6 = torch.nn.Parameter(torch.ones(3))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x * self._140031920574832_c6


@case
def name_like_an_identity() -> Case:
    return Case(Named(), args=(X.clone(),))


@case
def prints_its_identity() -> Case:
    def program(x: torch.Tensor) -> torch.Tensor:
        raise RuntimeError(f"{id(x)} and {id(program)} and {id(x)} fail")

    return Case(program, args=(X.clone(),))


@case
def prints_a_set() -> Case:
    def program(x: torch.Tensor) -> torch.Tensor:
        raise RuntimeError(f"supported: { {'one', 'two', 'three', 'four'} } or { {int, str, float, bytes} }")

    return Case(program, args=(X.clone(),))


@case
def prints_a_fake_tensor() -> Case:
    def program(x: torch.Tensor) -> torch.Tensor:
        raise RuntimeError(f"cannot take {x!r} here")

    return Case(program, args=(X.clone(),))


class Step(torch.nn.Module):
    """A step of an optimiser."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = torch.nn.Linear(3, 1)
        self.optimiser = torch.optim.SGD(self.layer.parameters(), lr=0.1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        loss = self.layer(x).sum()
        self.optimiser.step()
        return loss


@case
def optimiser_step() -> Case:
    return Case(Step(), args=(X.clone(),))


@case
def doubled() -> Case:
    """The README's first case."""
    return Case(lambda x: x + x, args=(torch.ones(2, 3),), claims=(Fact("same_as_eager", True),))


@case
def claims_what_nothing_gives() -> Case:
    return Case(lambda x: x + x, args=(X.clone(),), claims=(Fact("sane_as_eager", True),))


@case
def claims_what_other_paths_give() -> Case:
    claims = (Fact("frames", [1]), Fact("retraced_same_as_eager", True))
    return Case(lambda x: x + x, args=(X.clone(),), claims=claims)


@case
def claims_what_its_paths_do_not_give() -> Case:
    return Case(lambda x: x + x, args=(X.clone(),), claims=(Fact("frames", [1]),), paths=("export",))


@case
def claims_falsely_for_one_path_each() -> Case:
    """Both are false for every path; each is made for one."""
    claims = (Fact("same_as_eager", False, paths=("export",)), Raises("ValueError", paths=("make-fx-real",)))
    return Case(lambda x: x + x, args=(X.clone(),), claims=claims)


@case
def raises_by_one_path() -> Case:
    """Only proxies cannot be asked; that holds, and nothing is claimed of the paths that raise nothing."""
    claims = (Raises("TraceError", "control flow", paths=("symbolic-trace",)),)
    return Case(lambda x: x + 1 if x.shape[0] > 1 and x.dim() == 2 else x, args=(X.clone(),), claims=claims)


@case
def observes_no_json() -> Case:
    return Case(lambda x: x + x, args=(X.clone(),), observe=lambda: {"size": X}, paths=("export",))


@case
def observes_no_json_alone() -> Case:
    return Case(None, observe=lambda: {"size": X}, paths=("export",))


@case
def error_of_its_own() -> Case:
    def program(_: torch.Tensor) -> torch.Tensor:
        raise OwnError(7)

    return Case(program, args=(X.clone(),))


class OwnError(Exception):
    """An error that says where it lies, over several lines."""

    def __init__(self, code: int) -> None:
        super().__init__(f"code {code}: object at {hex(id(self))}, at {hex(id(code))}\nsecond line")


@case
def error_with_a_cause() -> Case:
    def program(_: torch.Tensor) -> torch.Tensor:
        try:
            return KNOWN["missing"]
        except KeyError as error:
            raise RuntimeError(f"lookup of {error} at /tmp/some/path.py:33 failed") from error

    return Case(program, args=(X.clone(),))


@case
def says_nothing() -> Case:
    def program(_: torch.Tensor) -> torch.Tensor:
        raise NotImplementedError

    return Case(program, args=(X.clone(),))


@case
def prints_objects() -> Case:
    def program(x: torch.Tensor) -> torch.Tensor:
        raise ValueError(f"{torch.nn.Linear(2, 3)} {object()} {type(x)}")

    return Case(program, args=(X.clone(),))


@case
def names_that_nest() -> Case:
    class Inner(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.weight = torch.nn.Parameter(torch.ones(3))
            self.register_buffer("weight_1", torch.ones(3))
            self.layers = torch.nn.ModuleDict({"0": torch.nn.Linear(3, 3), "lambda": torch.nn.ReLU()})

        def forward(self, weight: torch.Tensor) -> torch.Tensor:
            found: torch.Tensor = self.layers["lambda"](self.layers["0"](weight * self.weight))
            return found

    return Case(torch.nn.Sequential(Inner(), Inner()), args=(X.clone(),))
