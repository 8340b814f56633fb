"""Every public function of the package by name, found in its namespaces so that none can be forgotten."""

import myositis_tools as mt

NAMES = {name: room for room in mt.NAMESPACES for name in getattr(mt, room).__all__}
FUNCTIONS = {
    name: member
    for name, room in NAMES.items()
    if callable(member := getattr(getattr(mt, room), name)) and not isinstance(member, type)
}
