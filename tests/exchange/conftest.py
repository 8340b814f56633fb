"""Genuine files are tried where `MYOSITIS_TOOLS_GENUINE_FILES` names a folder of them."""

import os

collect_ignore = (
    [] if os.environ.get("MYOSITIS_TOOLS_GENUINE_FILES") else ["test_genuine_folder.py", "test_omop_genuine.py"]
)
