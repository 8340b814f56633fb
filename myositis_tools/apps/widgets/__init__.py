"""The furniture every app is made of: layout, controls, panes, buttons. No clinical word stands here."""

from myositis_tools.apps.widgets.app_view import Desk, folded, heading, note, note_html, prose
from myositis_tools.apps.widgets.buttons import CopyButton, DownloadButton
from myositis_tools.apps.widgets.controls import (
    NARROWER,
    about_sign,
    control,
    described,
    label_html,
    labelled_by,
    menu,
    option_list,
    slider,
)
from myositis_tools.apps.widgets.export import PatientsOfExport, export_panel
from myositis_tools.apps.widgets.figure_pane import FigurePane
from myositis_tools.apps.widgets.letting_go import replace_children
from myositis_tools.apps.widgets.patient_table import PeopleTable

__all__ = [
    "NARROWER",
    "CopyButton",
    "Desk",
    "DownloadButton",
    "FigurePane",
    "PatientsOfExport",
    "PeopleTable",
    "about_sign",
    "control",
    "described",
    "export_panel",
    "folded",
    "heading",
    "label_html",
    "labelled_by",
    "menu",
    "note",
    "note_html",
    "option_list",
    "prose",
    "replace_children",
    "slider",
]
