"""Operators that write nothing: their arguments, shapes and derivatives, and what stands in their place."""

import torch

from cases.custom_ops._operators import OPERATORS, scaled_sin
from graph_goldens import Case, Contains, Count, Fact, Lacks, NoBreaks, case

EXPORTED = ("export", "export-pre-dispatch", "export-functional", "export-decomposed", "aot-inference")


@case
def functional() -> Case:
    """An operator with a fake and a default: it stands in every graph as it is called."""
    claims = (Contains("goldens_ops.scaled_sin", paths=(*EXPORTED, "compile-eager")), NoBreaks())
    return Case(lambda x: OPERATORS.scaled_sin(x + 1).relu(), args=(torch.ones(2, 3),), claims=claims)


@case
def called_by_its_definition() -> Case:
    """The same operator called by what `custom_op` returned, with its keyword by name."""
    claims = (Contains("goldens_ops.scaled_sin", paths=EXPORTED), NoBreaks(torch=">=2.6"))
    return Case(lambda x: scaled_sin(x, scale=0.5), args=(torch.ones(2, 3),), claims=claims)


@case
def without_a_fake() -> Case:
    """An operator without a fake: only paths that run it on real tensors can know what comes out."""
    return Case(lambda x: OPERATORS.without_fake(x) + 1, args=(torch.ones(2, 3),))


@case
def with_autograd() -> Case:
    """The backward that was registered stands in the joint graph: a cosine, and no operator of ours."""
    x = torch.ones(2, 3, requires_grad=True)
    claims = (
        Contains("aten.cos -> aten.mul", paths=("aot-joint",)),
        Fact("same_as_eager", True, paths=("compile-*",)),
    )
    return Case(lambda x: OPERATORS.scaled_sin(x * 2, 3.0), args=(x,), claims=claims)


@case
def without_autograd() -> Case:
    """A gradient through an operator that has none registered: refused where the backward is traced."""
    x = torch.ones(2, 3, requires_grad=True)
    return Case(lambda x: OPERATORS.overloaded(x, 2.0) * x, args=(x,))


@case
def under_vmap() -> Case:
    """The operator under `torch.vmap`, by the rule that was registered for it.

    Before 2.8 some processes refuse what others capture, as they do `training/func_vmap`.
    """

    def program(x: torch.Tensor) -> torch.Tensor:
        return torch.vmap(OPERATORS.scaled_sin)(x)

    return Case(program, args=(torch.ones(2, 3),), torch=">=2.8")


@case
def lists_of_tensors_and_sizes() -> Case:
    """Lists of tensors and of integers go in, and a list of tensors comes out."""

    def program(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        first, second = OPERATORS.join_and_split([x, y], [2, 3])
        return first.sum() + second

    claims = (Contains("goldens_ops.join_and_split(_, [2, 3])", paths=EXPORTED), NoBreaks())
    return Case(program, args=(torch.ones(3), torch.zeros(2)), claims=claims)


@case
def optional_and_plain_arguments() -> Case:
    """A tensor that may be missing, a string, a dtype, flags: given, left out and as they are by default."""

    def program(x: torch.Tensor, bias: torch.Tensor) -> tuple[torch.Tensor, ...]:
        plain = OPERATORS.optional_inputs(x)
        full = OPERATORS.optional_inputs(x, bias, mode="mul", dtype=torch.float64, flags=[True, True])
        return (*plain, *full)

    claims = (Count("goldens_ops.optional_inputs", 2, graph="program", paths=("export",)), NoBreaks())
    return Case(program, args=(torch.ones(2), torch.full((2,), 3.0)), claims=claims)


@case
def symbolic_size_as_argument() -> Case:
    """A size of an input is an argument: symbolic where sizes are."""
    rows = torch.export.Dim("rows", min=2, max=8)

    def program(x: torch.Tensor) -> torch.Tensor:
        return OPERATORS.repeat_rows(x, x.shape[0]).sum(0)

    return Case(program, args=(torch.ones(3, 2),), dynamic_shapes={"x": {0: rows}}, claims=(NoBreaks(),))


@case
def size_that_depends_on_data() -> Case:
    """The fake makes a new unbacked size: how many places there are is known at run time."""

    def program(x: torch.Tensor) -> torch.Tensor:
        return x[OPERATORS.positive_places(x)].sum()

    claims = (Contains("goldens_ops.positive_places", paths=("export",), torch=">=2.6"),)
    return Case(program, args=(torch.tensor([1.0, -1.0, 2.0]),), claims=claims)


@case
def random_numbers_inside() -> Case:
    """An operator that draws random numbers, which nothing in its schema says: it is called twice."""

    def program(x: torch.Tensor) -> torch.Tensor:
        return OPERATORS.draw_like(x) - OPERATORS.draw_like(x)

    return Case(program, args=(torch.ones(3),))


@case
def composed_of_others() -> Case:
    """A `CompositeImplicitAutograd` operator is taken apart, though not in graphs made above autograd."""
    claims = (Lacks("goldens_ops.composed", paths=("aot-inference",)),)
    return Case(lambda x: OPERATORS.composed(x, 3), args=(torch.ones(2, 3),), claims=claims)


@case
def strides_that_are_fixed() -> Case:
    """An operator tagged `needs_fixed_stride_order` on a transposed input: Inductor must keep strides."""
    return Case(lambda x: OPERATORS.strided((x + 1).t()), args=(torch.ones(2, 3),))


@case
def overloads() -> Case:
    """One name with two overloads: which one is called is resolved when the graph is made."""

    def program(x: torch.Tensor) -> torch.Tensor:
        return OPERATORS.overloaded(x, x) + OPERATORS.overloaded(x, 2.0)

    claims = (
        Contains("goldens_ops.overloaded.tensor", paths=EXPORTED),
        Contains("goldens_ops.overloaded.number", paths=EXPORTED),
    )
    return Case(program, args=(torch.ones(2),), claims=claims)


@case
def triton_operator() -> Case:
    """A `triton_op` is taken apart where graphs are lowered: its body is plain PyTorch."""
    args = (torch.ones(2), torch.ones(2))
    return Case(lambda x, y: OPERATORS.add_and_relu(x, y) * 2, args=args, torch=">=2.6")
