import hashlib

import pytest

from gridflow.audit import merkle, proof


@pytest.mark.parametrize("count", [*range(18), 100])
def test_both_readings_of_the_merkle_tree_agree(count: int) -> None:
    heads = [hashlib.sha256(bytes([n])).hexdigest() for n in range(count)]
    assert merkle.root(heads) == proof.merkle_root(heads)
    for index, head in enumerate(heads):
        assert proof.climb(head, merkle.path(heads, index)) == merkle.root(heads)
