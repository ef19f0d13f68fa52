from datetime import UTC

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridflow.engine.runtime.faults import StateUnreadable
from gridflow.engine.runtime.merging import Merge, merged, same
from gridflow.engine.runtime.values import own, pack, unpack
from gridflow.feel import Months

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=6) | st.sampled_from(["~", "~d", "~m", "typename"])
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.decimals(allow_nan=False, allow_infinity=False),
    TEXT,
    st.dates(),
    st.times(),
    st.datetimes(timezones=st.just(UTC)),
    st.timedeltas(),
    st.integers(-99, 99).map(Months),
)
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4))
DATA = st.dictionaries(
    st.sampled_from("abc"), st.integers(0, 2) | st.dictionaries(st.sampled_from("xy"), st.integers(0, 2))
)


@settings(max_examples=300, deadline=None)
@given(VALUES)
def test_whatever_a_case_may_hold_is_read_back_as_it_was(value):
    kept = own(value)
    assert same(unpack(orjson.loads(orjson.dumps(pack(kept)))), kept)


@pytest.mark.parametrize("value", [{"~x": 1}, {"~": 0}])
def test_an_unknown_mark_is_never_guessed_at(value):
    with pytest.raises(StateUnreadable):
        unpack(value)


@given(DATA, DATA, DATA)
def test_one_changed_branch_wins_whole_and_an_unchanged_one_not_at_all(base, branch, other):
    assert merged(base, [branch, base]).data == branch
    assert merged(base, [base, branch]).data == branch
    merge = Merge(base)
    merge.take(base, branch)
    merge.take(branch, other)
    assert merge.data == other
    assert merge.conflicts == []
