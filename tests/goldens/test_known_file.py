import datetime
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.version import Version

from graph_goldens.errors import UserError
from graph_goldens.goldens.known_drift import KnownDrift, KnownKind
from graph_goldens.goldens.known_file import FORMAT, name_known, parse_known, render_known
from graph_goldens.keys import Key

FILE = Path("snapshots/known/x.toml")
DAY = datetime.date(2026, 11, 27)
DECISION = KnownDrift(
    kind=KnownKind.DRIFT,
    records=(Key("p/first", "export"), Key("p/second", "make-fx-fake")),
    because="a regression, reported",
    first=Version("2.16.0.dev20261001"),
    last=Version("2.16.0"),
    change="0123456789",
    label="operators",
    says="aten.add → aten.sub",
    issue="https://example.org/issues/1",
    owner="Ada",
    decided=DAY,
    until=datetime.date(2027, 1, 31),
)

words = st.text(min_size=1, max_size=40).map(str.strip).filter(bool)
plain = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=20)
names = st.from_regex(r"[a-z][a-z0-9_-]{0,8}", fullmatch=True)
keys = st.builds(Key, st.builds("{}/{}".format, names, names), names)
decisions = st.builds(
    KnownDrift,
    kind=st.just(KnownKind.DRIFT),
    records=st.sets(keys, min_size=1).map(sorted).map(tuple),
    because=plain,
    first=st.just(Version("2.8.0")),
    last=st.sampled_from([None, Version("2.8.0"), Version("2.16.0")]),
    change=st.from_regex(r"[0-9a-f]{10}", fullmatch=True),
    label=plain,
    says=plain,
    issue=st.sampled_from(["", "https://example.org/1"]),
    owner=plain,
    decided=st.dates(),
    until=st.none() | st.dates(),
)


def read(text: str) -> KnownDrift:
    return parse_known(text.encode(), FILE)


def text_of(known: KnownDrift) -> str:
    return render_known(known).decode()


@given(decisions)
def test_what_is_written_reads_back(known: KnownDrift) -> None:
    assert parse_known(render_known(known), FILE) == known


@given(words, words)
def test_whatever_a_person_says_reads_back_as_what_can_be_seen(because: str, owner: str) -> None:
    read_back = parse_known(render_known(replace(DECISION, because=because, owner=owner)), FILE)
    assert parse_known(render_known(read_back), FILE) == read_back
    assert read_back.because.isprintable()


@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda text: f"known = 1\n{text}".encode()))
def test_whatever_else_stands_there_is_told_in_one_sentence(data: bytes) -> None:
    with pytest.raises(
        UserError, match=r"x\.toml is not a decision about known drift: .*; mend it, or remove"
    ):
        parse_known(data, FILE)


def test_a_file_is_named_after_its_change_and_all_that_it_says() -> None:
    other = replace(DECISION, because="another reason")
    assert name_known(DECISION).startswith("0123456789-")
    assert name_known(DECISION) != name_known(other)
    assert name_known(replace(DECISION, file=FILE)) == name_known(DECISION)
    unstable = replace(DECISION, kind=KnownKind.NOT_REPRODUCIBLE, change="")
    assert name_known(unstable).startswith("not-reproducible-")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (f"known = {FORMAT}", "known = 2", "its format is 2, and this version of the tool reads 1"),
        (f"known = {FORMAT}", "known = true", "its format is True"),
        ('kind = "drift"', 'kind = "all"', "`kind` is none of drift, not reproducible"),
        ('change = "0123456789"', 'change = "*"', "`change` is not the ten letters"),
        ('change = "0123456789"', "", "`change` is missing"),
        ("because =", "becuase =", "`becuase` is no field; did you mean `because`?"),
        ('because = "a regression, reported"', 'because = " "', "`because` is missing"),
        ("until = 2027-01-31", 'until = "soon"', "`until` is not a date such as 2027-01-31, without quotes"),
        ("until = 2027-01-31", "until = 2027-01-31T10:00:00", "`until` is not a date"),
        ("https://example.org/issues/1", "javascript:alert(1)", "is not the address of an issue"),
        ('last = "2.16.0"', 'last = "2.15.0"', "`last` is 2.15.0, which is older than `first`"),
        ('first = "2.16.0.dev20261001"', 'first = "x"', "'x' is not a PyTorch version"),
        ('["p/first", "export"]', '["p/../../x", "export"]', "cannot name a golden's file"),
        ('["p/first", "export"]', '"p/*"', "`records` holds something that is not"),
        ("known = 1", "<<<<<<< ours\nknown = 1", "line 2"),
    ],
)
def test_what_is_wrong_is_named(old: str, new: str, said: str) -> None:
    text = text_of(DECISION)
    assert old in text
    with pytest.raises(UserError) as told:
        read(text.replace(old, new))
    assert said in str(told.value)
    assert "\n" not in str(told.value)


def test_which_versions_and_days_it_is_about() -> None:
    covered = ["2.16.0.dev20261001", "2.16.0.dev20261120+cpu", "2.16.0a0+git12", "2.16.0rc1", "2.16.0+cu132"]
    assert all(DECISION.covers(Version(version)) for version in covered)
    assert not any(
        DECISION.covers(Version(version)) for version in ("2.15.0", "2.16.0.dev20260930", "2.16.1")
    )
    last = datetime.date(2027, 1, 31)
    assert not DECISION.is_over(last)
    assert DECISION.is_over(last + datetime.timedelta(days=1))
    assert [DECISION.ends_soon(last - datetime.timedelta(days=days)) for days in (15, 14, 0, -1)] == [
        *(False, True, True, False)
    ]
    assert not replace(DECISION, until=None).is_over(datetime.date.max)
