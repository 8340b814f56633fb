"""Genuine files are tried where `MYOSITIS_TOOLS_GENUINE_FILES` names a folder of them, PostgreSQL where psycopg is."""

import os
from importlib.util import find_spec

collect_ignore = (
    [] if os.environ.get("MYOSITIS_TOOLS_GENUINE_FILES") else ["test_genuine_folder.py", "test_omop_genuine.py"]
)
collect_ignore += [] if find_spec("psycopg") else ["test_postgresql.py"]
