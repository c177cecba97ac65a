"""Of what a cell shows, no more is alive than its last run made."""

from IPython import get_ipython
from ipywidgets import Widget

_alive: dict[str, tuple[int, list[Widget]]] = {}  # cell id -> (execution, what it made)


def close_earlier(widget: Widget) -> None:
    """Close what earlier runs of this widget's cell made; the widget will go in its turn."""
    shell = get_ipython()
    header = getattr(shell, "parent_header", None) or {}
    cell = header.get("metadata", {}).get("cellId")
    if cell is None:
        return
    execution, members = _alive.get(cell, (None, []))
    if execution != shell.execution_count:
        for earlier in members:
            close(earlier)
        members = []
    _alive[cell] = (shell.execution_count, [*members, widget])


def close(widget: Widget) -> None:
    """Close a widget with what it consists of: its layout, its style and its children are widgets too."""
    values = widget.trait_values().values()
    parts = [part for value in values for part in (value if isinstance(value, tuple) else (value,))]
    widget.close()
    for part in parts:
        if isinstance(part, Widget):
            close(part)
