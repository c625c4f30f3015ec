"""The tree of RFC 6962: published hashes, the proofs of the RFC's own example, and no others."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkpoint.clock import from_ms
from checkpoint.entrylog.receipt import ReceiptLine, Standing
from checkpoint.entrylog.tiles import Tiles
from checkpoint.entrylog.tree import (
    EMPTY,
    Frontier,
    Node,
    consistency,
    extends,
    inclusion,
    leaf_hash,
    node_hash,
    proven_root,
    root,
)
from checkpoint.entrylog.tree_head import Leaf, TreeHead
from checkpoint.keys import Keyring, Purpose, SigningKey
from checkpoint.keys.keyring import SERVER_PURPOSES
from tests.checkpoint.conftest import NOW

INPUTS = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
"""The leaves that Certificate Transparency's implementations test with."""
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
"""Their published roots, by the number of leaves."""
ORIGIN = "sibao.receipts/0011223344556677/1772436600000"


class Grown(Tiles):
    """A tree that holds its own tiles."""

    def __init__(self, leaves: Iterable[bytes] = ()) -> None:
        super().__init__(0, lambda level, index: b"")
        self.append(leaves)


def numbered(count: int, first: int = 0) -> list[bytes]:
    return [leaf_hash(str(n).encode()) for n in range(first, first + count)]


def test_the_roots_are_the_published_ones() -> None:
    hashes = [leaf_hash(leaf) for leaf in INPUTS]
    tree, edge = Grown(hashes), Frontier()
    for size, wanted in enumerate(ROOTS):
        assert root(size, tree.node).hex() == edge.root().hex() == wanted
        edge.add(hashes[size] if size < len(hashes) else b"")


def rfc_example() -> tuple[Node, dict[str, bytes]]:
    """The tree of RFC 6962 section 2.1.3: seven leaves, its nodes by their letters."""
    d = numbered(7)
    named = dict(zip("abcdefj", d, strict=True))
    named["g"], named["h"] = node_hash(d[0], d[1]), node_hash(d[2], d[3])
    named["i"] = node_hash(d[4], d[5])
    named["k"], named["l"] = (
        node_hash(named["g"], named["h"]),
        node_hash(named["i"], named["j"]),
    )
    return Grown(d).node, named


@pytest.mark.parametrize(("leaf", "letters"), [(0, "bhl"), (3, "cgl"), (4, "fjk"), (6, "ik")])
def test_the_inclusion_paths_are_those_of_the_rfc(leaf: int, letters: str) -> None:
    node, named = rfc_example()
    assert inclusion(leaf, 7, node) == [named[letter] for letter in letters]


@pytest.mark.parametrize(("old", "letters"), [(3, "cdgl"), (4, "l"), (6, "ijk")])
def test_the_consistency_paths_are_those_of_the_rfc(old: int, letters: str) -> None:
    node, named = rfc_example()
    assert consistency(old, 7, node) == [named[letter] for letter in letters]


@given(st.data())
def test_every_leaf_is_proven_and_nothing_else(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 700))
    leaves = numbered(size)
    node = Grown(leaves).node
    index = data.draw(st.integers(0, size - 1))
    path = inclusion(index, size, node)
    true = root(size, node)
    assert proven_root(leaves[index], (index, size), path) == true
    assert proven_root(leaf_hash(b"another"), (index, size), path) != true
    elsewhere = data.draw(st.integers(0, size - 1).filter(lambda n: n != index or size == 1))
    if elsewhere != index:
        assert proven_root(leaves[index], (elsewhere, size), path) != true
    assert proven_root(leaves[index], (index, size), [*path, true]) != true
    assert proven_root(leaves[index], (size, size), path) is None
    if path:
        assert proven_root(leaves[index], (index, size), path[:-1]) != true


@given(st.data())
def test_a_longer_tree_is_proven_to_begin_with_the_shorter(data: st.DataObject) -> None:
    new = data.draw(st.integers(1, 700))
    old = data.draw(st.integers(1, new))
    node = Grown(numbered(new)).node
    path = consistency(old, new, node)
    before, after = (old, root(old, node)), (new, root(new, node))
    assert extends(before, after, path)
    other = Grown([*numbered(old - 1), leaf_hash(b"another")]).node
    assert not extends((old, root(old, other)), after, path)
    assert not extends(before, (new, leaf_hash(b"another")), path)
    assert not extends(before, after, [*path, after[1]])
    if old != new:
        assert not extends(after, before, path)
        assert not extends(before, after, path[:-1])


def test_every_tree_begins_with_the_empty_one() -> None:
    node = Grown(numbered(3)).node
    assert extends((0, EMPTY), (3, root(3, node)), [])
    assert not extends((0, root(3, node)), (3, root(3, node)), [])


@given(st.lists(st.integers(1, 400), max_size=5))
def test_batches_of_any_size_make_the_same_tree_from_stored_tiles(batches: list[int]) -> None:
    stored: dict[tuple[int, int], bytes] = {}

    def load(level: int, index: int) -> bytes:
        return stored.get((level, index), b"")

    edge, size = Frontier(), 0
    for count in batches:
        tiles = Tiles(size, load)
        fresh = numbered(count, size)
        tiles.append(fresh)
        assert len(tiles.changed) <= count // 256 + 2 + 2
        stored |= tiles.changed
        size += count
        for leaf in fresh:
            edge.add(leaf)
        assert tiles.size == size
        assert root(size, tiles.node) == edge.root()


def test_a_tree_head_is_read_back_from_its_signed_note_and_no_other_text() -> None:
    key = SigningKey.generate("server", SERVER_PURPOSES, NOW)
    head = TreeHead(ORIGIN, 8, bytes.fromhex(ROOTS[8]))
    note = head.sign(key)
    assert note.startswith(f"{ORIGIN}\n8\n")
    assert f"\n— {ORIGIN} " in note
    assert TreeHead.open(note, Keyring([key.trusted])) == head
    stranger = SigningKey.generate("server", SERVER_PURPOSES, NOW)
    assert TreeHead.open(note, Keyring([stranger.trusted])) is None
    kiosk = SigningKey.generate("K-1", frozenset({Purpose.HEAD}), NOW)
    assert TreeHead.open(note, Keyring([kiosk.trusted])) is None
    for changed in (note.replace("\n8\n", "\n08\n"), note.replace("\n8\n", "\n9\n"), note[:-1]):
        assert TreeHead.open(changed, Keyring([key.trusted])) is None


@given(
    st.builds(
        ReceiptLine,
        st.integers(1, 2**53),
        st.binary(min_size=32, max_size=32),
        st.sampled_from(Standing),
        st.sampled_from(["-", "gap", "fork", "broken_chain"]),
    ),
    st.integers(1, 2**53),
)
def test_a_leaf_is_read_back_from_its_text(line: ReceiptLine, epoch: int) -> None:
    leaf = Leaf("K-3f9a1c", epoch, from_ms(1_772_436_600_000), line)
    assert Leaf.read(leaf.text()) == leaf
    assert Leaf.read(leaf.text() + "\n") is None
    assert Leaf.read(leaf.text().replace("epoch ", "epoch 0")) is None
