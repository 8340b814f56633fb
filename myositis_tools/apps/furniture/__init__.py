"""The furniture every app is made of: layout, controls, panes, buttons. No clinical word stands here."""

from myositis_tools.apps.furniture.buttons import CopyButton, DownloadButton
from myositis_tools.apps.furniture.controls import about_sign, described, label_html, option_list, slider
from myositis_tools.apps.furniture.desk import Desk, folded, heading, note, prose
from myositis_tools.apps.furniture.export import PatientsOfExport, export_panel
from myositis_tools.apps.furniture.figure_pane import FigurePane
from myositis_tools.apps.furniture.people_table import PeopleTable

__all__ = [
    "CopyButton",
    "Desk",
    "DownloadButton",
    "FigurePane",
    "PatientsOfExport",
    "PeopleTable",
    "about_sign",
    "described",
    "export_panel",
    "folded",
    "heading",
    "label_html",
    "note",
    "option_list",
    "prose",
    "slider",
]
