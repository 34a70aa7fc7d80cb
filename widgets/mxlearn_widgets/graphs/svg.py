"""A scene as SVG text, and as the static form that a notebook shows without kernel, trust, network or JavaScript."""

from html import escape

from mxlearn.drawing import theme
from mxlearn.drawing.theme import number as n

from .kinds import BAND, KINDS, outlines, second_outline
from .scene import SMALL, TITLE, Item, Scene, Wire

LEGEND_ROW, LEGEND_BOX = 26.0, 20.0  # pixels


def svg(scene: Scene, title: str, description: str) -> str:
    """Return a scene as one SVG document with its own background and legend; every name is escaped."""
    legend, legend_width, rows = _legend(scene)
    head = 34.0
    width = max(
        scene.width, theme.text_width(title, 13.0, bold=True) + 32.0, min(legend_width, max(scene.width, 460.0)), 240.0
    )
    height = head + scene.height + 8.0 + rows * LEGEND_ROW + 4.0
    left = (width - scene.width) / 2
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{n(width)}" height="{n(height)}" '
        f'viewBox="0 0 {n(width)} {n(height)}" role="img" font-family="{escape(theme.FONT)}">',
        f"<title>{escape(title)}</title><desc>{escape(description)}</desc>",
        _markers(),
        f'<rect x="0.5" y="0.5" width="{n(width - 1)}" height="{n(height - 1)}" rx="8" '
        f'fill="{theme.PAPER}" stroke="#D8DEE4"/>',
        f'<text x="16" y="23" font-size="13" font-weight="600" fill="{theme.INK}">{escape(title)}</text>',
        f'<g transform="translate({n(left)} {n(head)})">',
    ]
    for frame in scene.frames:
        line = theme.PURPLE if frame.gradient else theme.GROUP_LINE
        parts.append(
            f'<rect x="{n(frame.x)}" y="{n(frame.y)}" width="{n(frame.width)}" height="{n(frame.height)}" rx="10" '
            f'fill="{theme.GROUP_FILL}" fill-opacity="0.85" stroke="{line}"/>'
        )
    parts += [_wire(wire) for wire in sorted(scene.wires, key=lambda w: w.style != "kept")]
    for frame in scene.frames:
        parts.append(
            _text(frame.title_x, frame.y + 16, frame.title, SMALL, theme.MUTED, bold=True, halo=theme.GROUP_FILL)
        )
    parts += [_item(scene.items[key], x, y) for key, (x, y) in scene.places.items()]
    parts += [_text(a.x, a.y, a.text, 10.5, theme.MUTED, halo=theme.PAPER) for a in scene.labels]
    parts.append("</g>")
    parts.append(f'<g transform="translate(16 {n(head + scene.height + 8.0)})">')
    parts += _placed_legend(legend, width - 32.0)
    parts.append("</g></svg>")
    return "".join(parts)


def _markers() -> str:
    parts = ["<defs>"]
    for name, color in (("data", theme.LINE), ("gradient", "#A8527F"), ("kept", "#B3A1AC")):
        parts.append(
            f'<marker id="{name}" viewBox="0 0 8 8" refX="7.2" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
            f'<path d="M0 0.6L8 4L0 7.4Z" fill="{color}"/></marker>'
        )
    return "".join([*parts, "</defs>"])


WIRES = {
    "data": f'stroke="{theme.LINE}" stroke-width="1.4"',
    "gradient": 'stroke="#A8527F" stroke-width="1.6"',
    "kept": 'stroke="#B3A1AC" stroke-width="1.1" stroke-dasharray="4 4"',
}


def _wire(wire: Wire) -> str:
    arrow = f' marker-end="url(#{wire.style})"' if wire.arrow else ""
    return f'<path d="{wire.path}" fill="none" {WIRES[wire.style]}{arrow}/>'


def _text(
    x: float, y: float, text: str, size: float, color: str, *, bold: bool = False, halo: str = "", middle: bool = False
) -> str:
    extra = ' font-weight="600"' if bold else ""
    if middle:
        extra += ' text-anchor="middle"'
    if halo:
        extra += f' stroke="{halo}" stroke-width="3" paint-order="stroke" stroke-linejoin="round"'
    return f'<text x="{n(x)}" y="{n(y)}" font-size="{n(size)}" fill="{color}"{extra}>{escape(text)}</text>'


def _item(item: Item, x: float, y: float) -> str:
    kind = KINDS[item.kind]
    outline, band = outlines(kind.shape, item.width, item.height)
    second = second_outline(kind.shape, item.width, item.height)
    parts = [f'<g transform="translate({n(x)} {n(y)})"><title>{escape(item.aria)}</title>']
    if second and kind.shape == "stack":
        parts.append(f'<path d="{second}" fill="none" stroke="{kind.color}" stroke-width="1.5"/>')
    parts.append(f'<path d="{outline}" fill="{theme.CARD}"/><path d="{band}" fill="{kind.color}"/>')
    parts.append(f'<path d="{outline}" fill="none" stroke="{kind.color}" stroke-width="1.5"/>')
    if second and kind.shape == "double":
        parts.append(
            f'<path d="{second}" transform="translate(-3.5 -3.5)" fill="none" stroke="{kind.color}" '
            'stroke-width="1.2"/>'
        )
    parts.append(_text(BAND / 2 + 0.5, item.height / 2 + 4.5, kind.sign, 13.0, kind.ink, bold=True, middle=True))
    left = BAND + 9
    if item.subtitle:
        parts.append(_text(left, 17.5, item.title, TITLE, theme.INK, bold=True))
        parts.append(_text(left, 32, item.subtitle, SMALL, theme.MUTED))
    else:
        parts.append(_text(left, item.height / 2 + 4.5, item.title, TITLE, theme.INK, bold=True))
    parts.append("</g>")
    return "".join(parts)


def legend_entries(scene: Scene) -> list[tuple[str, str]]:
    """Return (kind or line style, text) for everything that a scene shows."""
    kinds = {item.kind for item in scene.items.values()}
    entries = [(kind, look.label) for kind, look in KINDS.items() if kind in kinds]
    styles = {wire.style for wire in scene.wires}
    if "gradient" in styles:
        entries.append(("wire-gradient", "gradient flows back"))
    if "kept" in styles:
        entries.append(("wire-kept", "value or shape kept for it"))
    return entries


def _legend(scene: Scene) -> tuple[list[tuple[str, str, float]], float, int]:
    entries = [
        (kind, text, LEGEND_BOX + 12 + theme.text_width(text, SMALL) + 16) for kind, text in legend_entries(scene)
    ]
    total = sum(width for _, _, width in entries) + 32.0
    limit = max(scene.width, 460.0) - 32.0
    rows, x = 1, 0.0
    for _, _, width in entries:
        if x and x + width > limit:
            rows, x = rows + 1, 0.0
        x += width
    return entries, total, rows


def _placed_legend(entries: list[tuple[str, str, float]], limit: float) -> list[str]:
    parts, x, y = [], 0.0, 0.0
    for kind, text, width in entries:
        if x and x + width > limit:
            x, y = 0.0, y + LEGEND_ROW
        if kind.startswith("wire-"):
            style = kind.removeprefix("wire-")
            parts.append(f'<path d="M{n(x)} {n(y + 10)}h24" fill="none" {WIRES[style]} marker-end="url(#{style})"/>')
        else:
            look = KINDS[kind]
            outline, _ = (
                outlines(look.shape, 26.0, 18.0) if look.shape != "pill" else outlines("pill", 26.0, 18.0)
            )
            parts.append(f'<g transform="translate({n(x)} {n(y + 1)})"><path d="{outline}" fill="{look.color}"/>')
            parts.append(_text(13.0, 13.5, look.sign, 11.0, look.ink, bold=True, middle=True) + "</g>")
        parts.append(_text(x + 33, y + 14, text, SMALL, theme.MUTED))
        x += width
    return parts
