"""Displays: what displayio and its companions draw, pixel by pixel, and the picture as a file."""

import os
import struct
import unittest
import zlib

from .standins import StandinTestCase

RED, GREEN, BLUE = 0xFF0000, 0x00FF00, 0x0000FF


class DisplayTests(StandinTestCase):
    def setUp(self):
        super().setUp()
        self.displayio, busdisplay = self.use("displayio", "busdisplay")
        self.display = busdisplay.BusDisplay(None, b"", width=8, height=6, color_depth=24)
        self.root = self.display.root_group = self.displayio.Group()

    def palette(self, *colors):
        palette = self.displayio.Palette(len(colors))
        for index, color in enumerate(colors):
            palette[index] = color
        return palette

    def grid(self, rows, *colors, **options):
        """A tile grid that shows rows of digits."""
        bitmap = self.displayio.Bitmap(len(rows[0]), len(rows), 10)
        for y, row in enumerate(rows):
            for x, digit in enumerate(row):
                bitmap[x, y] = int(digit)
        grid = self.displayio.TileGrid(bitmap, pixel_shader=self.palette(*colors), **options)
        self.root.append(grid)
        return grid

    def assert_shows(self, *rows, colors=(0, RED, GREEN, BLUE)):
        pixel = self.picture(self.display)
        shown = ["".join(str(colors.index(pixel(x, y))) for x in range(len(rows[0]))) for y in range(len(rows))]
        self.assertEqual(list(rows), shown)

    def test_a_grid_is_drawn_at_its_place(self):
        self.grid(["12", "30"], 0, RED, GREEN, BLUE, x=2, y=1)
        self.assert_shows("00000000", "00120000", "00300000", "00000000")

    def test_a_grid_is_mirrored_and_transposed(self):
        grid = self.grid(["123", "000"], 0, RED, GREEN, BLUE)
        grid.flip_x = True
        self.assert_shows("321", "000")
        grid.flip_x, grid.flip_y = False, True
        self.assert_shows("000", "123")
        grid.transpose_xy = True
        self.assert_shows("01", "02", "03")
        grid.flip_x = True
        self.assert_shows("03", "02", "01")

    def test_what_is_transparent_shows_what_is_below(self):
        self.grid(["11", "11"], 0, RED)
        above = self.grid(["12", "21"], 0, GREEN, BLUE)
        above.pixel_shader.make_transparent(1)
        self.assert_shows("13", "31")
        above.hidden = True
        self.assert_shows("11", "11")

    def test_a_group_enlarges_and_moves_what_is_in_it(self):
        self.grid(["12", "30"], 0, RED, GREEN, BLUE, x=1)
        self.root.scale, self.root.x, self.root.y = 2, -1, 1
        self.assert_shows("000000", "011220", "011220", "033000", "033000", "000000")

    def test_what_lies_outside_is_left_out(self):
        self.grid(["123"] * 4, 0, RED, GREEN, BLUE, x=-1, y=-2)
        self.assert_shows("23000000", "23000000", "00000000")
        self.root.scale, self.root.x, self.root.y = 3, -4, 16
        self.assert_shows("0" * 8, "0" * 8, "0" * 8, "0" * 8)
        self.root.x, self.root.y = -1, 4
        self.assert_shows("22333000", "22333000", "22333000", "22333000", "22333000")

    def test_tiles_are_parts_of_one_bitmap(self):
        grid = self.grid(["1122", "1122"], 0, RED, GREEN, width=3, tile_width=2, tile_height=2)
        grid[0], grid[1, 0], grid[2] = 1, 0, 1
        self.assert_shows("221122", "221122")
        self.assertRaises(ValueError, grid.__setitem__, 0, 2)
        self.assertRaises(IndexError, grid.__getitem__, (3, 0))

    def test_16_bits_of_colour_are_converted(self):
        bitmap = self.displayio.Bitmap(2, 1, 65536)
        bitmap[0], bitmap[1] = 0xF800, 0x07E0
        shader = self.displayio.ColorConverter(input_colorspace=self.displayio.Colorspace.RGB565)
        self.root.append(self.displayio.TileGrid(bitmap, pixel_shader=shader))
        self.assert_shows("12")
        swapped = self.displayio.ColorConverter(input_colorspace=self.displayio.Colorspace.RGB565_SWAPPED)
        self.root[0].pixel_shader = swapped
        bitmap[0], bitmap[1] = 0x00F8, 0xE007
        self.assert_shows("12")

    def test_a_bitmap_is_a_buffer(self):
        bitmap = self.displayio.Bitmap(4, 2, 65536)
        memoryview(bitmap)[5] = 0x1234
        self.assertEqual(0x1234, bitmap[1, 1])
        self.assertRaises(IndexError, bitmap.__getitem__, (4, 0))
        self.assertRaises(ValueError, bitmap.__setitem__, 0, 65536)
        self.assertFalse(hasattr(bitmap, "append"))

    def test_a_layer_is_in_one_group_only(self):
        grid = self.grid(["1"], 0, RED)
        with self.assertRaisesRegex(ValueError, "Layer already in a group"):
            self.displayio.Group().append(grid)
        self.root.remove(grid)
        self.root.append(grid)
        self.assertRaises(ValueError, self.root.append, self.root)
        self.assertRaises(ValueError, self.root.append, object())

    def test_shapes_are_drawn_and_know_what_they_contain(self):
        vectorio = self.use("vectorio")
        palette = self.palette(RED, GREEN)
        self.root.append(vectorio.Rectangle(pixel_shader=palette, width=3, height=2, x=1, y=0))
        self.assert_shows("01110", "01110", "00000")
        circle = vectorio.Circle(pixel_shader=palette, radius=2, x=2, y=3, color_index=1)
        self.root[0] = circle
        self.assert_shows("000000", "002000", "022200", "222220", "022200", "002000")
        self.assertTrue(circle.contains((2, 1)))
        self.assertFalse(circle.contains((0, 1)))
        self.root[0] = vectorio.Polygon(pixel_shader=palette, points=[(0, 0), (4, 0), (4, 4), (0, 4)], x=0, y=0)
        self.assert_shows("11110", "11110", "11110", "11110", "00000")

    def test_the_font_of_the_terminal_is_drawn(self):
        terminalio = self.use("terminalio")
        glyph = terminalio.FONT.get_glyph(ord("I"))
        tall = self.use("busdisplay").BusDisplay(None, b"", width=6, height=12, color_depth=24)
        grid = self.displayio.TileGrid(glyph.bitmap, pixel_shader=self.palette(0, RED), tile_width=glyph.width, tile_height=glyph.height)
        grid[0] = glyph.tile_index
        tall.root_group = group = self.displayio.Group()
        group.append(grid)
        pixel = self.picture(tall)
        rows = ["".join(".#"[pixel(x, y) == RED] for x in range(6)) for y in range(12)]
        self.assertEqual(["......", "......", ".###.."] + ["..#..."] * 6 + [".###..", "......", "......"], rows)
        self.assertIsNone(terminalio.FONT.get_glyph(0x2603))
        self.assertEqual((6, 12), terminalio.FONT.get_bounding_box())

    def test_every_glyph_but_space_has_pixels_and_all_differ(self):
        from socketpool_run.hardware import font

        glyphs = [tuple(rows) for rows in font.glyphs()]
        self.assertEqual(95, len(glyphs))
        self.assertEqual(95, len(set(glyphs)))
        self.assertEqual(1, sum(not any(rows) for rows in glyphs))

    def test_whole_bitmaps_are_worked_on(self):
        tools = self.use("bitmaptools")
        bitmap = self.displayio.Bitmap(5, 4, 4)
        tools.fill_region(bitmap, 1, 1, 4, 3, 2)
        tools.draw_line(bitmap, 0, 0, 4, 0, 1)
        rows = lambda: ["".join(str(bitmap[x, y]) for x in range(5)) for y in range(4)]  # noqa: E731
        self.assertEqual(["11111", "02220", "02220", "00000"], rows())
        tools.boundary_fill(bitmap, 2, 2, 3, 2)
        self.assertEqual(["11111", "03330", "03330", "00000"], rows())
        other = self.displayio.Bitmap(5, 4, 4)
        tools.blit(other, bitmap, 1, 1, x1=0, y1=0, x2=2, y2=2, skip_source_index=0)
        tools.replace_color(other, 1, 2)
        bitmap = other
        self.assertEqual(["00000", "02200", "00300", "00000"], rows())
        tools.arrayblit(bitmap, bytes([1, 2, 3, 1]), x1=3, y1=2, x2=5, y2=4)
        self.assertEqual(["00000", "02200", "00312", "00031"], rows())

    def test_a_file_s_pixels_fill_a_bitmap(self):
        import io

        tools = self.use("bitmaptools")
        bitmap = self.displayio.Bitmap(5, 2, 65536)
        rows = lambda: [[bitmap[x, y] for x in range(5)] for y in range(2)]  # noqa: E731
        bits = bytes([0b10110000, 0, 0b01000000, 0])  # rows of two bytes: elements of 16 bits
        tools.readinto(bitmap, io.BytesIO(bits), 1, element_size=2, reverse_pixels_in_element=True)
        self.assertEqual([[1, 0, 1, 1, 0], [0, 1, 0, 0, 0]], rows())
        tools.readinto(bitmap, io.BytesIO(bits), 1, element_size=2, reverse_rows=True)
        self.assertEqual([[0, 0, 0, 0, 0], [0, 0, 0, 0, 1]], rows())
        tools.readinto(bitmap, io.BytesIO(bytes([0x21, 0x43, 0x05] * 2)), 4)
        self.assertEqual([[1, 2, 3, 4, 5]] * 2, rows())
        tools.readinto(bitmap, io.BytesIO(bytes([1, 2] * 10)), 16, element_size=2, swap_bytes_in_element=True)
        self.assertEqual([[0x0102] * 5] * 2, rows())
        self.assertRaises(EOFError, tools.readinto, bitmap, io.BytesIO(b"short"), 16)

    def test_a_quarter_turn_moves_each_pixel(self):
        import math

        tools = self.use("bitmaptools")
        source, target = self.displayio.Bitmap(3, 3, 4), self.displayio.Bitmap(3, 3, 4)
        source[1, 0] = 1
        tools.rotozoom(target, source, ox=1, oy=1, px=1, py=1, angle=math.pi / 2)
        self.assertEqual(1, target[2, 1])

    def test_a_bitmap_file_is_shown(self):
        for depth, data in ((1, bytes([0b10000000, 0, 0, 0, 0b01000000, 0, 0, 0])),
                                   (24, bytes([0, 0, 255, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 0, 0]))):
            with self.subTest(depth=depth):
                colors = struct.pack("<II", 0, RED) if depth == 1 else b""
                name = os.path.join(self.drive, f"{depth}.bmp")
                offset = 54 + len(colors)
                with open(name, "wb") as file:
                    file.write(struct.pack("<2sIII", b"BM", offset + len(data), 0, offset))
                    file.write(struct.pack("<IiiHHIIiiII", 40, 2, 2, 1, depth, 0, len(data), 0, 0, 2 if depth == 1 else 0, 0) + colors + data)
                bitmap = self.displayio.OnDiskBitmap(name)
                self.assertEqual((2, 2), (bitmap.width, bitmap.height))
                while len(self.root):
                    self.root.pop()
                self.root.append(self.displayio.TileGrid(bitmap, pixel_shader=bitmap.pixel_shader))
                self.assert_shows("01", "10")

    def test_the_picture_is_a_png_file(self):
        self.grid(["12", "30"], 0, RED, GREEN, BLUE)
        from socketpool_run.hardware import screens

        name = os.path.join(self.drive, "screen.png")
        self.assertEqual(1, screens.save(name))
        with open(name, "rb") as file:
            data = file.read()
        self.assertEqual(b"\x89PNG\r\n\x1a\n", data[:8])
        self.assertEqual((8, 6, 8, 2), struct.unpack(">IIBB", data[16:26]))
        at = data.index(b"IDAT")
        length = struct.unpack(">I", data[at - 4 : at])[0]
        pixels = zlib.decompress(data[at + 4 : at + 4 + length])
        self.assertEqual(bytes([0, 255, 0, 0, 0, 255, 0]), pixels[:7])
        self.assertEqual(zlib.crc32(data[at : at + 4 + length]), struct.unpack(">I", data[at + 4 + length : at + 8 + length])[0])

    def test_paper_shows_what_it_was_last_told_to(self):
        epaperdisplay = self.use("epaperdisplay")
        paper = epaperdisplay.EPaperDisplay(None, b"", b"", width=4, height=4, ram_width=4, ram_height=4, write_black_ram_command=1,
                                            refresh_display_command=2, seconds_per_frame=30)
        paper.root_group = self.displayio.Group()
        paper.root_group.append(self.displayio.TileGrid(self.displayio.Bitmap(2, 2, 1), pixel_shader=self.palette(0x202020)))
        self.assertEqual(0xFFFFFF, self.picture(paper)(0, 0))
        paper.refresh()
        self.assertEqual((0, 0xFFFFFF), (self.picture(paper)(0, 0), self.picture(paper)(3, 3)))
        with self.assertRaisesRegex(RuntimeError, "Refresh too soon"):
            paper.refresh()

    def test_the_old_names_of_displays_are_there(self):
        self.assertIs(self.use("busdisplay").BusDisplay, self.displayio.Display)
        self.assertIs(self.use("fourwire").FourWire, self.displayio.FourWire)
        self.displayio.release_displays()
        from socketpool_run.hardware import screens

        self.assertIsNone(screens.first())


if __name__ == "__main__":
    unittest.main()
