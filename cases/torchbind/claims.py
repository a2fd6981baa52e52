"""Names of the tracing paths that claims speak of, and the claim that most cases make."""

from collections.abc import Iterator, Sequence

from graph_goldens import Fact

EXPORT = ("export", "export-pre-dispatch", "export-functional", "export-decomposed", "export-retraced")
RETRACING = ("export", "export-pre-dispatch", "export-functional")
FAKE_MAKE_FX = ("make-fx-fake", "make-fx-symbolic")
BEFORE_INDUCTOR = ("compile-eager", "compile-dynamic", "compile-aot-eager")
COMPILE = (*BEFORE_INDUCTOR, "compile-inductor")
# With symbolic sizes from the start the code that Dynamo writes may index a queue, and fails.
STATIC_COMPILE = ("compile-eager", "compile-aot-eager", "compile-inductor")

# Before this version Inductor dropped calls whose only result is an effect on an object, such as a push.
INDUCTOR_KEEPS_EFFECTS = ">=2.10"

# Before these versions the path fails for every program with a TorchBind object.
_WORKS_FROM = {"export-decomposed": ">=2.6"}


def same_as_eager(paths: Sequence[str], *, torch: str = "") -> list[Fact]:
    """Claim that the traced program gives eager's results, and so does the program that is traced again."""
    return [fact for path in paths for fact in _same_as_eager(path, torch)]


def _same_as_eager(path: str, torch: str) -> Iterator[Fact]:
    versions = ",".join(filter(None, (torch, _WORKS_FROM.get(path))))
    yield Fact("same_as_eager", True, paths=(path,), torch=versions)
    if path in RETRACING:
        yield Fact("retraced_same_as_eager", True, paths=(path,), torch=versions)
