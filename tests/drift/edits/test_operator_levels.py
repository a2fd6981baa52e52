import pytest

from graph_goldens.drift.edits.operator_levels import list_shown_otherwise


@pytest.mark.parametrize(
    ("pattern", "others"),
    [
        ("aten.view → aten._unsafe_view", ["aten.view → aten.reshape"]),
        ("aten.view → aten._unsafe_view, aten.clone", ["aten.view → aten.reshape"]),
        ("view → reshape", ["aten.view → aten.reshape"]),
        ("torch.nn.functional.relu → torch.sin", ["aten.relu → aten.sin"]),
        ("aten.view → aten.reshape", []),
        ("aten.reshape → aten._unsafe_view", []),
        ("aten.view → ", []),
        (" → aten.clone", []),
        ("effect tokens come", []),
    ],
)
def test_a_change_may_show_otherwise_by_another_path(pattern: str, others: list[str]) -> None:
    assert list(list_shown_otherwise(pattern)) == others
