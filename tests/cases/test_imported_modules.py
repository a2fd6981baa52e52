"""A case's digest follows modules that are imported whole from the folder of packs."""

from pathlib import Path

from graph_goldens.cases.packs import PackSources
from graph_goldens.cases.source_digests import digest_source

CASE = "from cases.p import helpers\n\ndef first(): return helpers.make()\n"


def test_a_definition_of_a_module_that_is_imported_whole_is_followed(tmp_path: Path) -> None:
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "cases.py").write_text(CASE)
    helpers = tmp_path / "p" / "helpers.py"
    digests = []
    for number in (1, 2, 1):
        helpers.write_text(f"def make(): return {number}\n")
        digests.append(digest_source(PackSources(tmp_path), "cases.p.cases", "first"))
    assert digests[0] != digests[1]
    assert digests[0] == digests[2]
