"""``python -m myositis_tools.cli``: the command where its script is not on the path."""

from myositis_tools.cli import main

main()
