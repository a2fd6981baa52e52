"""Operators that versions define anew most often: reductions, orders, indices, chance, sparse layouts."""

import torch
from torch.nn import functional

from graph_goldens import Case, Fact, NoBreaks, case

EXPORTED = (Fact("same_as_eager", True, paths=("export*",)),)


@case
def reductions() -> Case:
    """Sums, means, variances and extremes over one, several and all dimensions, kept and not."""

    def program(x: torch.Tensor) -> list[torch.Tensor]:
        kept = [x.sum(1, keepdim=True), x.mean((0, 2)), x.amax(-1, keepdim=True), x.prod(0)]
        return [*kept, *torch.var_mean(x, dim=1, correction=0), *x.aminmax(), x.std()]

    return Case(program, args=(torch.randn(2, 3, 2),), claims=EXPORTED)


@case
def norms_and_logarithms() -> Case:
    """Norms of vectors of each order, a log-sum-exp, and a distance: what later versions take apart."""

    def program(x: torch.Tensor) -> list[torch.Tensor]:
        norms = [torch.linalg.vector_norm(x, order, dim=-1) for order in (1, 2, 3.5, float("inf"))]
        return [*norms, x.norm(), torch.logsumexp(x, 0), torch.cdist(x, x + 1)]

    return Case(program, args=(torch.randn(2, 3),))


@case
def sorting() -> Case:
    """A stable sort, the largest few, a median, a k-th value and a mode, with their indices."""

    def program(x: torch.Tensor) -> list[torch.Tensor]:
        ordered, places = torch.sort(x, dim=1, stable=True, descending=True)
        few = torch.topk(x, 2, largest=False)
        return [ordered, places.argsort(), *few, *x.median(1), x.kthvalue(2).values, x.msort()]

    return Case(program, args=(torch.tensor([[3.0, 1.0, 2.0], [0.0, 5.0, 4.0]]),), claims=EXPORTED)


@case
def search_and_counts() -> Case:
    """Places in sorted bounds, counts of numbers, and equal neighbours joined: sizes that depend on data."""

    def program(x: torch.Tensor, bounds: torch.Tensor) -> list[torch.Tensor]:
        places = torch.bucketize(x, bounds)
        counts = torch.bincount(places, minlength=4)
        return [torch.searchsorted(bounds, x, right=True), counts, torch.unique(places)]

    return Case(program, args=(torch.tensor([0.5, 2.5, 2.0]), torch.tensor([1.0, 2.0, 3.0])))


@case
def gather_and_scatter() -> Case:
    """`gather`, `take_along_dim`, and scatters that replace, add, and reduce without the old value."""

    def program(x: torch.Tensor, places: torch.Tensor) -> list[torch.Tensor]:
        taken = [x.gather(1, places), torch.take_along_dim(x, places, dim=1)]
        added = torch.zeros_like(x).scatter_add(1, places, x)
        most = x.scatter_reduce(1, places, x * 2, reduce="amax", include_self=False)
        return [*taken, x.scatter(1, places, 9.0), added, most]

    args = (torch.arange(6.0).view(2, 3), torch.tensor([[2, 0, 1], [1, 1, 0]]))
    return Case(program, args=args, claims=EXPORTED)


@case
def advanced_indices() -> Case:
    """Indices by tensors, apart from each other and beside slices and `None`, and rows by `index_select`."""

    def program(x: torch.Tensor, rows: torch.Tensor) -> list[torch.Tensor]:
        return [x[rows, :, rows], x[None, ..., rows, 1:], x.index_select(1, rows), x[rows > 0, 0]]

    return Case(program, args=(torch.arange(12.0).view(2, 3, 2), torch.tensor([1, 0])))


@case
def special_values() -> Case:
    """What is not a number, infinite or just near: replaced, compared, clamped and told apart."""

    def program(x: torch.Tensor, low: torch.Tensor) -> list[torch.Tensor]:
        clean = torch.nan_to_num(x, nan=0.0, posinf=9.0)
        return [clean, x.isfinite(), torch.isclose(clean, low), clean.clamp(low, low + 2), x.nansum()]

    values = torch.tensor([float("nan"), float("inf"), -1.0, 0.5])
    return Case(program, args=(values, torch.zeros(4)), claims=EXPORTED)


@case
def linear_algebra() -> Case:
    """A factorisation, a solution and a determinant: several results, and operators that stay whole."""

    def program(x: torch.Tensor) -> list[torch.Tensor]:
        square = x @ x.mT + torch.eye(3)
        lower = torch.linalg.cholesky(square)
        return [
            lower,
            torch.linalg.solve(square, x),
            torch.linalg.det(square),
            torch.baddbmm(x[None], lower[None], x[None], beta=0.5),
        ]

    return Case(program, args=(torch.randn(3, 3),))


@case
def random_numbers() -> Case:
    """Uniform, normal, whole and permuted numbers from the generator that all share."""

    def program(x: torch.Tensor) -> list[torch.Tensor]:
        drawn = [torch.rand_like(x), torch.randn(2), torch.randint(0, 9, (2,)), torch.randperm(3)]
        return [*drawn, torch.bernoulli(x), torch.empty(2).exponential_(), x.clone().normal_(1, 2)]

    return Case(program, args=(torch.full((3,), 0.5),))


@case
def random_numbers_of_a_generator() -> Case:
    """Numbers from a generator of one's own, seeded inside the program."""

    def program(x: torch.Tensor) -> torch.Tensor:
        generator = torch.Generator().manual_seed(3)
        return x + torch.rand(3, generator=generator)

    return Case(program, args=(torch.ones(3),))


class Drops(torch.nn.Module):
    """Drops values, whole channels, and values of an activation that keeps its mean."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = functional.dropout(x, 0.25, self.training)
        x = functional.dropout1d(x, 0.5, self.training)
        return functional.alpha_dropout(x, 0.1, self.training)


@case
def dropout_in_training() -> Case:
    """Dropout of three kinds in training: each draws numbers of another shape.

    It begins at 2.5: Inductor of 2.4 runs what takes no input to find constants, and folds the memory of an
    `empty` that is uniform by chance (`UniformValueConstantFolder` of its fx_passes/joint_graph.py).
    """
    return Case(Drops().train(), args=(torch.ones(2, 3, 2),), torch=">=2.5")


@case
def dropout_in_evaluation() -> Case:
    """The same dropouts in evaluation: they do nothing, but some graphs say so with an operator."""
    return Case(Drops().eval(), args=(torch.ones(2, 3, 2),), claims=(NoBreaks(),))


@case
def sparse_coordinates() -> Case:
    """A sparse tensor of coordinates is made inside a program, multiplied and made dense."""

    def program(places: torch.Tensor, values: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
        sparse = torch.sparse_coo_tensor(places, values, (3, 2), is_coalesced=True)
        return torch.sparse.mm(sparse, x) + sparse.to_dense()

    args = (torch.tensor([[0, 2], [1, 0]]), torch.tensor([2.0, 3.0]), torch.ones(2, 2))
    return Case(program, args=args)


@case
def sparse_rows_as_input() -> Case:
    """A sparse tensor of compressed rows as an input, multiplied with a dense one."""
    matrix = torch.tensor([[0.0, 2.0], [1.0, 0.0]]).to_sparse_csr()
    return Case(lambda matrix, x: matrix @ x, args=(matrix, torch.ones(2, 2)))
