"""How a class is joined: an address that other machines reach, and its QR code."""

from __future__ import annotations

import socket
from importlib.util import find_spec
from io import BytesIO

# An address for examples (RFC 5737): nothing is sent to it, the system only says from where it would be.
_NOWHERE = ("192.0.2.1", 9)
WITHOUT_A_CODE = 'There is no QR code, for segno is not installed: pip install "myositis_tools[lab]"'


def own_address() -> str:
    """Find the address under which others on the same network reach this machine; its name where there is none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        try:
            asked.connect(_NOWHERE)
        except OSError:
            return socket.gethostname()
        return str(asked.getsockname()[0])


def is_taken(host: str, port: int) -> bool:
    """Whether something listens on a port already."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((host, port))
        except OSError:
            return True
    return False


def code_as_svg(address: str) -> str:
    """Draw the QR code of an address as SVG; nothing where segno is missing."""
    if find_spec("segno") is None:
        return ""
    import segno

    drawn = BytesIO()
    segno.make(address, error="m", micro=False).save(
        drawn, kind="svg", border=3, xmldecl=False, omitsize=True, title="QR code of the address"
    )
    return drawn.getvalue().decode()


def code_as_text(address: str) -> str:
    """Draw the QR code of an address with the characters of a terminal; nothing where segno is missing."""
    if find_spec("segno") is None:
        return ""
    import segno

    rows = [list(row) for row in segno.make(address, error="l", micro=False).matrix_iter(border=2)]
    rows += [[0] * len(rows[0])] * (len(rows) % 2)
    # two rows in one line, white on the ground of a dark terminal: a light module is drawn
    blocks = {(0, 0): "█", (0, 1): "▀", (1, 0): "▄", (1, 1): " "}
    pairs = zip(rows[::2], rows[1::2], strict=True)
    return "\n".join("".join(blocks[above, below] for above, below in zip(*pair, strict=True)) for pair in pairs)
