"""Warped digits whose pixels still lie on the 17 levels: what a pen might have drawn as well.

A pixel of the 8x8 digits is a count: how many of the 4x4 cells of a 32x32 bitmap were black. So a bitmap with these
counts is made, bent a little, scaled back to its full height as the real ones were, and counted again.
"""

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn import functional

Images = Float[Tensor, "n 1 8 8"]
Bitmaps = Float[Tensor, "n 1 32 32"]
SIDE, CELL = 32, 4
BEND, SLANT, TURN, STRETCH, PEN = 1.5, 0.15, 0.1, 0.1, 0.12  # cells; the others at most, up or down


def bitmaps_of(images: Images) -> Bitmaps:
    """Bitmaps of zeros and ones with exactly the images' counts, and with strokes as smooth as they can be."""
    counts = ((images + 1) * 8).round()
    soft = functional.interpolate(counts / 16, size=(SIDE, SIDE), mode="bicubic", align_corners=False)
    for std in (1.0, 1.5, 1.5, 1.5, 1.0, 1.0):
        soft = blur(darkest(soft, counts), std)
    return darkest(soft, counts)


def images_of(bitmaps: Bitmaps) -> Images:
    """The 8x8 images that count the bitmaps' ones, on the 17 levels."""
    return functional.avg_pool2d(bitmaps, CELL) * 2 - 1


def warped(bitmaps: Bitmaps, generator: torch.Generator) -> Images:
    """Images of the bitmaps after a random bend, slant, turn, stretch and width of the pen, at full height again."""
    n, side = len(bitmaps), SIDE + 8  # room to lean over
    line = torch.arange(side) - (side - 1) / 2
    y, x = torch.meshgrid(line, line, indexing="ij")
    turn, slant, stretch = (_between(n, most, generator)[:, None, None] for most in (TURN, SLANT, STRETCH))
    bend = BEND * torch.randn(n, 2, 6, 6, generator=generator)
    bend = functional.interpolate(bend, size=(side, side), mode="bicubic", align_corners=True)
    from_x = (turn.cos() * x - turn.sin() * y) * stretch.exp() + slant * y + bend[:, 0]
    from_y = turn.sin() * x + turn.cos() * y + bend[:, 1]
    soft = _look_up(blur(bitmaps, 0.8), from_x / (SIDE / 2), from_y / (SIDE / 2))
    pen = 0.5 + _between(n, PEN, generator)[:, None, None, None]
    return images_of((_full_height(soft, (soft > pen).float(), bitmaps) > pen).float())


def _full_height(soft: Tensor, on: Tensor, before: Bitmaps) -> Bitmaps:
    """Rows stretched so that the digit fills them, columns moved so that its middle is where it was before."""
    (top, bottom), (left, right), (left_before, right_before) = _ends(on, 3), _ends(on, 2), _ends(before, 2)
    cells, side = torch.arange(SIDE) + 0.5, on.shape[2]
    rows = top + (bottom - top) * cells / SIDE
    columns = (left + right - left_before - right_before) / 2 + cells
    shape = (len(on), SIDE, SIDE)
    to_unit = lambda place: place * 2 / side - 1  # noqa: E731
    return _look_up(soft, to_unit(columns)[:, None].expand(shape), to_unit(rows)[:, :, None].expand(shape))


def _ends(on: Tensor, across: int) -> tuple[Tensor, Tensor]:
    """Where the ones begin and where they end, [n, 1] each, after a maximum over the dimension `across`."""
    seen = on.amax(across)[:, 0]
    place = torch.arange(seen.shape[1])
    return torch.where(seen > 0, place, SIDE).amin(1, keepdim=True), torch.where(seen > 0, place + 1, 1).amax(
        1, keepdim=True
    )


def blur(bitmaps: Float[Tensor, "n 1 h w"], std: float) -> Float[Tensor, "n 1 h w"]:
    """A Gaussian blur of standard deviation `std` cells."""
    bell = torch.exp(-0.5 * (torch.arange(-4, 5) / std) ** 2)
    bell = bell / bell.sum()
    across = functional.conv2d(bitmaps, bell[None, None, None], padding=(0, 4))
    return functional.conv2d(across, bell[None, None, :, None], padding=(4, 0))


def darkest(soft: Bitmaps, counts: Float[Tensor, "n 1 8 8"]) -> Bitmaps:
    """Ones in the darkest cells: as many in each block of 4x4 as its count says."""
    blocks = functional.unfold(soft, CELL, stride=CELL).reshape(len(soft), CELL**2, 64)
    rank = blocks.argsort(dim=1, descending=True, stable=True).argsort(dim=1)
    on = (rank < counts.reshape(len(soft), 1, 64)).float()
    return functional.fold(on, (SIDE, SIDE), CELL, stride=CELL)


def _between(n: int, most: float, generator: torch.Generator) -> Float[Tensor, "n"]:
    return most * (2 * torch.rand(n, generator=generator) - 1)


def _look_up(soft: Tensor, x: Tensor, y: Tensor) -> Tensor:
    """The values at places between -1 and 1, linear in between, 0 outside."""
    return functional.grid_sample(soft, torch.stack([x, y], dim=-1), align_corners=False)
