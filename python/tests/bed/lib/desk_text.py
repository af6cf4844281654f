"""Text on a display: a line of glyphs of a font, in a group that can be enlarged."""

import displayio
import terminalio


def line(text, color=0xFFFFFF, x=0, y=0, scale=1, font=terminalio.FONT):
    """A group with a text."""
    width, height = font.get_bounding_box()[:2]
    palette = displayio.Palette(2)
    palette[1] = color
    palette.make_transparent(0)
    grid = displayio.TileGrid(font.bitmap, pixel_shader=palette, width=max(1, len(text)), height=1, tile_width=width, tile_height=height)
    for place, letter in enumerate(text):
        glyph = font.get_glyph(ord(letter))
        if glyph is not None:
            grid[place] = glyph.tile_index
    group = displayio.Group(scale=scale, x=x, y=y)
    group.append(grid)
    return group
