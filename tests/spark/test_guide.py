"""The example of docs/spark.md runs and counts what pandas counts."""

import re
from pathlib import Path

import myositis_tools as mt
from tests.spark.session import session

GUIDE = Path(__file__).parents[2] / "docs" / "spark.md"


def test_the_example_runs(capsys):
    session()  # the example takes the session that is there
    example, parts = re.findall(r"```python\n(.*?)```", GUIDE.read_text(encoding="utf-8"), flags=re.DOTALL)
    known: dict = {}
    exec(example, known)  # noqa: S102 - it is ours
    scored = mt.score_total_improvement(mt.load_visits())
    counted = scored.query("week == 12")["response"].value_counts()
    assert capsys.readouterr().out.strip() == str(sorted((word, int(count)) for word, count in counted.items()))
    exec(parts, known)  # noqa: S102
    assert known["visits"].count() == len(scored)
