"""Sound and pictures: samples that take their time, GIF, JPEG, and what a camera sees."""

import io
import math
import os
import time
import unittest
from array import array

from .bed.case import wav
from .standins import StandinTestCase


class SoundTests(StandinTestCase):
    def test_a_sample_plays_as_long_as_it_is(self):
        board, audiobusio, audiocore = self.use("board", "audiobusio", "audiocore")
        out = audiobusio.I2SOut(board.D9, board.D10, board.D11)
        start = time.monotonic()
        out.play(audiocore.RawSample(array("h", [0] * 800), sample_rate=8000))
        while out.playing:
            time.sleep(0.005)
        self.assertGreaterEqual(time.monotonic() - start, 0.099)
        out.play(audiocore.RawSample(array("h", [0] * 8)), loop=True)
        self.assertTrue(out.playing)
        out.stop()
        self.assertFalse(out.playing)

    def test_a_pause_takes_no_time_of_the_sample_s(self):
        board, audiopwmio, audiocore = self.use("board", "audiopwmio", "audiocore")
        out = audiopwmio.PWMAudioOut(board.A0)
        out.play(audiocore.RawSample(bytearray(800_000)))
        out.pause()
        self.assertEqual((True, True), (out.playing, out.paused))
        out.resume()
        self.assertEqual((True, False), (out.playing, out.paused))
        self.assertRaises(TypeError, audiocore.RawSample, "text")

    def test_a_wave_file_is_read(self):
        audiocore = self.use("audiocore")
        name = os.path.join(self.drive, "ding.wav")
        with open(name, "wb") as file:
            file.write(wav(0.5, 11025))
        sample = audiocore.WaveFile(name)
        self.assertEqual((11025, 8, 1, 0.5), (sample.sample_rate, sample.bits_per_sample, sample.channel_count, round(sample.seconds, 3)))
        self.assertRaises(ValueError, audiocore.WaveFile, io.BytesIO(b"no wave at all"))

    def test_a_stream_of_mp3_is_read_in_time(self):
        audiomp3 = self.use("audiomp3")
        # MPEG 1, layer III, 128 kbit/s, 44100 Hz, mono: 16000 bytes a second.
        stream = io.BytesIO((b"\xff\xfb\x90\xc0" + bytes(413)) * 20)
        start = time.monotonic()
        decoder = audiomp3.MP3Decoder(stream)
        self.assertEqual((44100, 1), (decoder.sample_rate, decoder.channel_count))
        while decoder._is_going():
            time.sleep(0.005)
        self.assertTrue(0.3 < time.monotonic() - start, "8340 bytes, of which the first 1024 were there at once")

    def test_a_mixer_s_voices_play_on_their_own(self):
        audiomixer, audiocore = self.use("audiomixer", "audiocore")
        mixer = audiomixer.Mixer(voice_count=2, sample_rate=8000)
        mixer.voice[1].play(audiocore.RawSample(bytearray(800_000)))
        self.assertEqual((True, False, True), (mixer.playing, mixer.voice[0].playing, mixer.voice[1].playing))
        mixer.stop_voice(1)
        self.assertFalse(mixer.playing)

    def test_notes_are_kept(self):
        synthio = self.use("synthio")
        synth = synthio.Synthesizer(envelope=synthio.Envelope(attack_time=0.2))
        note = synthio.Note(frequency=synthio.midi_to_hz(69), bend=synthio.LFO(rate=2))
        synth.press((note, 60))
        self.assertEqual((note, 60), synth.pressed)
        synth.release(60)
        self.assertEqual((note,), synth.pressed)
        self.assertEqual((440.0, 6.0), (note.frequency, synthio.Math(synthio.MathOperation.SUM, 1, 2, 3).value))
        self.assertRaises(TypeError, synthio.Note, pitch=440)


class PictureTests(StandinTestCase):
    def test_a_moving_picture_is_written_and_read(self):
        displayio, gifio = self.use("displayio", "gifio")
        name = os.path.join(self.drive, "a.gif")
        bitmap = displayio.Bitmap(40, 30, 65536)
        with gifio.GifWriter(name, 40, 30, displayio.Colorspace.RGB565) as writer:
            bitmap.fill(0xF800)
            writer.add_frame(bitmap, 0.2)
            bitmap[3, 4] = 0x07E0
            writer.add_frame(bitmap, 0.5)
        moving = gifio.OnDiskGif(name)
        self.assertEqual((40, 30, 2, 0.7), (moving.width, moving.height, moving.frame_count, round(moving.duration, 2)))
        self.assertEqual(0.2, moving.next_frame())
        self.assertEqual(0x00F8, moving.bitmap[3, 4])
        self.assertEqual(0.5, moving.next_frame())
        self.assertEqual((0xE007, 0x00F8), (moving.bitmap[3, 4], moving.bitmap[4, 4]))
        moving.next_frame()
        self.assertEqual(0x00F8, moving.bitmap[3, 4])

    def test_a_grey_photo_of_the_camera_is_a_jpeg(self):
        board, espcamera, jpegio, displayio = self.use("board", "espcamera", "jpegio", "displayio")
        camera = espcamera.Camera(data_pins=board.CAMERA_DATA, pixel_clock_pin=board.CAMERA_PCLK, vsync_pin=board.CAMERA_VSYNC, href_pin=board.CAMERA_HREF,
                                  i2c=board.I2C(), pixel_format=espcamera.PixelFormat.JPEG, frame_size=espcamera.FrameSize.R96X96)
        decoder = jpegio.JpegDecoder()
        self.assertEqual((96, 96), decoder.open(camera.take()))
        bitmap = displayio.Bitmap(48, 48, 65536)
        decoder.decode(bitmap, scale=1)
        self.assertEqual({0x1084}, set(bitmap))
        camera.reconfigure(pixel_format=espcamera.PixelFormat.RGB565)
        self.assertEqual(0xFFFF, camera.take()[0, 0])

    def test_a_block_is_decoded_as_its_coefficients_say(self):
        from socketpool_run.hardware import jpeg

        # One block, its constant 40 and one wave of 100 across it, by the definition of the transform.
        expected = [round(128 + 40 / 8 + 100 * math.cos((2 * x + 1) * math.pi / 16) * 0.5 * math.sqrt(1 / 8)) for x in range(8)]
        plane = [bytearray(8) for _ in range(8)]
        bits = _Values([(6, 40), (0x07, 100), (0x00, None)])
        jpeg.Picture._block(bits, plane, 0, 0, [1] * 64, "dc", "ac", 0)
        self.assertEqual([bytearray(expected)] * 8, plane)


class _Values:
    """Codes and numbers in place of a stream of bits."""

    def __init__(self, rows):
        self._rows = list(rows)

    def code(self, table):
        self._now = self._rows.pop(0)
        return self._now[0]

    def signed(self, size):
        return self._now[1]


if __name__ == "__main__":
    unittest.main()
