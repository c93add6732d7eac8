"""The vector cache: near enough, small, and rebuilt when it is damaged."""

from pathlib import Path

import numpy as np
import pytest

from db.vectors import WIDTH, Matrix, Vectors, vectors_path


def unit(count: int) -> Matrix:
    rows = np.random.default_rng(7).normal(size=(count, WIDTH)).astype(np.float32)
    found: Matrix = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return found


def test_vectors_come_back_near_enough_and_unknown_ones_as_such(
    tmp_path: Path,
) -> None:
    matrix = unit(600)
    texts = [f"текст {i}" for i in range(600)]
    with Vectors(tmp_path / "a.vectors") as vectors:
        vectors.put(texts, matrix)
    with Vectors(tmp_path / "a.vectors") as vectors:
        found, known = vectors.get([*texts, "other", texts[0]])
        assert len(vectors) == 600
    assert known.tolist() == [True] * 600 + [False, True]
    assert np.abs(found[:600] @ found[:600].T - matrix @ matrix.T).max() < 0.01
    assert not found[600].any()
    assert (found[601] == found[0]).all()


def test_a_text_put_again_has_its_new_vector(tmp_path: Path) -> None:
    first, second = unit(2)[:1], unit(2)[1:]
    with Vectors(tmp_path / "a.vectors") as vectors:
        vectors.put(["a"], first)
        assert (vectors.get(["a"])[0] @ first.T).item() > 0.99
        vectors.put(["a"], second)
        assert (vectors.get(["a"])[0] @ second.T).item() > 0.99
        assert len(vectors) == 1


def test_only_so_many_vectors_stay_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("db.vectors.KEPT", 2)
    matrix, texts = unit(9), list("abcdefghi")
    with Vectors(tmp_path / "a.vectors") as vectors:
        vectors.put(texts, matrix)
        for i, text in enumerate(texts):
            assert (vectors.get([text])[0] @ matrix[i]).item() > 0.99
        assert len(vectors._kept) == 2
        found, known = vectors.get(texts)
        assert known.all()
        assert (np.einsum("ij,ij->i", found, matrix) > 0.99).all()


def test_nothing_is_asked_or_kept_of_nothing(tmp_path: Path) -> None:
    with Vectors(tmp_path / "a.vectors") as vectors:
        vectors.put([], np.zeros((0, WIDTH), dtype=np.float32))
        matrix, known = vectors.get([])
        assert matrix.shape == (0, WIDTH)
        assert known.shape == (0,)
        vectors.put(["zero"], np.zeros((1, WIDTH), dtype=np.float32))
        assert vectors.get(["zero"])[1].all()
        with pytest.raises(ValueError, match="expected"):
            vectors.put(["a", "b"], unit(1))


def test_a_damaged_cache_begins_anew(tmp_path: Path) -> None:
    path = tmp_path / "a.vectors"
    path.write_bytes(b"no database at all " * 100)
    with Vectors(path) as vectors:
        assert len(vectors) == 0
        vectors.put(["a"], unit(1))
        assert len(vectors) == 1


def test_a_million_vectors_fit_in_a_gigabyte(tmp_path: Path) -> None:
    path = tmp_path / "a.vectors"
    count = 4000
    with Vectors(path) as vectors:
        vectors.put([str(i) for i in range(count)], unit(count))
    assert path.stat().st_size / count < 1000


def test_the_cache_lies_beside_its_database() -> None:
    assert vectors_path("/a/news.db") == Path("/a/news.vectors")
