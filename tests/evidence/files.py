"""Photos, films and recordings as phones make them, and as they should never be."""

import io
import os
import struct
from functools import cache

import av
from PIL import Image
from pillow_heif import register_heif_opener

register_heif_opener()

SCRIPT = b"#!/bin/sh\nrm -rf /\n"
PAGE = b"<html><script>alert(1)</script></html>"
DRAWING = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
SCRIPT_WITH_A_HEAD = struct.pack(">I", 24) + b"ftypisom\0\0\2\0isomiso2" + SCRIPT * 20
PLAYLIST = b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n"


@cache
def image(form: str, width: int = 320, height: int = 240, **options: object) -> bytes:
    """A picture with a red left half in this format."""
    picture = Image.new("RGB", (width, height), "white")
    picture.paste("red", (0, 0, width // 2, height))
    out = io.BytesIO()
    picture.save(out, form, **options)
    return out.getvalue()


def photo() -> bytes:
    """A JPEG that no other test has."""
    return image("JPEG") + os.urandom(8)


def turned_photo() -> bytes:
    """A photo taken with the phone turned to the right, with the place in its metadata."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = "Li Wei took this at home"
    return image("JPEG", exif=exif.tobytes())


@cache
def flat_image(form: str, width: int, height: int) -> bytes:
    """A picture of one colour: small to send, large to unpack."""
    out = io.BytesIO()
    Image.new("L", (width, height)).save(out, form)
    return out.getvalue()


@cache
def film(form: str, codec: str) -> bytes:
    """A second of a film that grows red."""
    out = io.BytesIO()
    with av.open(out, "w", format=form) as container:
        stream = container.add_stream(codec, rate=10)
        stream.width, stream.height, stream.pix_fmt = 320, 240, "yuv420p"
        for n in range(10):
            frame = av.VideoFrame.from_image(Image.new("RGB", (320, 240), (25 * n, 0, 0)))
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return out.getvalue()


@cache
def recording(form: str, codec: str) -> bytes:
    """A second of silence."""
    out = io.BytesIO()
    with av.open(out, "w", format=form) as container:
        stream = container.add_stream(codec, rate=48000)
        silence = av.AudioFrame(format="s16", layout="stereo", samples=48000)
        silence.sample_rate, silence.pts = 48000, 0
        for plane in silence.planes:
            plane.update(bytes(plane.buffer_size))
        container.mux(stream.encode(silence))
        container.mux(stream.encode())
    return out.getvalue()


def live_webm() -> bytes:
    """A film as a browser's recorder writes it: to a pipe, so without a duration."""

    class Pipe(io.RawIOBase):
        def __init__(self) -> None:
            self.sent = bytearray()

        def writable(self) -> bool:
            return True

        def write(self, piece: bytes) -> int:
            self.sent += piece
            return len(piece)

    pipe = Pipe()
    with av.open(pipe, "w", format="webm", container_options={"live": "1"}) as container:
        stream = container.add_stream("libvpx", rate=10)
        stream.width, stream.height, stream.pix_fmt = 320, 240, "yuv420p"
        for n in range(10):
            container.mux(
                stream.encode(av.VideoFrame.from_image(Image.new("RGB", (320, 240), (25 * n, 0, 0))))
            )
        container.mux(stream.encode())
    return bytes(pipe.sent)
