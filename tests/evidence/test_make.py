"""What stands in the folder is whole: each script has its table, each table says on what it was made."""

import pytest

from tests.evidence import make
from tests.evidence.versions import read_table


def test_without_r_a_sentence_says_so(monkeypatch, tmp_path):
    monkeypatch.setattr(make, "which", lambda _: None)
    assert make.run_r(tmp_path) == make.NO_R
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("script", make.SCRIPTS, ids=lambda path: path.stem)
def test_each_script_has_its_table_with_the_versions(script):
    path = make.HERE / "expected" / f"{script.stem}.csv"
    assert path.read_text(encoding="utf-8").startswith("# R ")
    assert len(read_table(path)) > 5


def test_a_table_without_versions_is_refused(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("a\n1\n", encoding="utf-8")
    with pytest.raises(ValueError, match="does not say on what it was made"):
        read_table(path)
