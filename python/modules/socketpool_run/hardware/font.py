"""The font of the terminal: ASCII in cells of 6 x 12 pixels, drawn for this project.

A glyph is a line of digits to base 32, one a row of five pixels, from the top of the capitals to the end of what hangs below the line.
"""

WIDTH, HEIGHT = 6, 12
FIRST, LAST = 0x20, 0x7E
_TOP = 2  # rows above the capitals

_GLYPHS = """
- 44444404 aaa aavaavaa 4fkke55u4 op2448j3 cik8liid 444 24888842 84222248 00a4v4a 0044v44 000000cc48 0000v 000000cc 11224488
ehjllphe 4c44444e eh11248v eh1611he 26aiiv22 vggu11he 68guhhhe v1122444 ehhehhhe ehhhf12c 00cc00cc 00cc00cc48 0248g842 000v00v 08421248 eh124404
ehnllngf 4ahhvhhh uhhuhhhu ehgggghe uhhhhhhu vggugggv vggugggg ehggjhhf hhhvhhhh e444444e 722222ic hikookih gggggggv hrllhhhh hpplljjh ehhhhhhe
uhhhuggg ehhhhlid uhhhukih ehge11he v4444444 hhhhhhhe hhhhaa44 hhhhllla hha44ahh hhaa4444 v1248ggv e888888e 88442211 e222222e 4ah 00000000v
84 00e1fhhf gguhhhhu 00ehgghe 11fhhhhf 00ehvgge 688u8888 00fhhhhf1e gguhhhhh 40c4444e 20622222ic ggikokih c444444e 00qlllll 00uhhhhh 00ehhhhe
00uhhhhugg 00fhhhhf11 00mpgggg 00fge11u 88u88896 00hhhhhf 00hhhaa4 00hhllla 00ha44ah 00hhhhhf1e 00v1248v 64484446 4444444444 c442444c 008l2
"""


def glyphs():
    """For each character from space to tilde, its rows as numbers of six bits, the leftmost pixel highest."""
    for word in _GLYPHS.split():
        rows = [0] * _TOP + [int(digit, 32) << 1 for digit in (word if word != "-" else "")]
        yield rows + [0] * (HEIGHT - len(rows))


def draw(set_pixel):
    """Draws all glyphs side by side: `set_pixel(x, y)` for each."""
    for number, rows in enumerate(glyphs()):
        for y, row in enumerate(rows):
            for x in range(WIDTH):
                if row >> (WIDTH - 1 - x) & 1:
                    set_pixel(number * WIDTH + x, y)
