"""What packs need beside PyTorch: packages, a Python, variables, and folders and libraries for C++."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Needs:
    """What some packs need beside PyTorch.

    Attributes:
        requires: requirements (PEP 508); a local folder's is `name @ file:///folder`.
        python: the Python that environments are made for, such as `3.13`, or an interpreter's path; that of
            the tool where empty.
        variables: names and values of environment variables of captures, beside the fixed ones.
        include: absolute folders of C++ headers.
        libraries: names of libraries to link, or absolute paths of some.
    """

    requires: tuple[str, ...] = ()
    python: str = ""
    variables: tuple[tuple[str, str], ...] = ()
    include: tuple[str, ...] = ()
    libraries: tuple[str, ...] = ()


NO_NEEDS = Needs()
