"""A program of its own that looks into one file which may be hostile. It imports nothing of the app.

The file is its standard input, the order its arguments; it answers on standard output and writes nowhere.
Before it looks at a byte it takes from itself all memory, processor time and file writing beyond its limits,
so that a crafted file can at worst end this process. `contents.py` starts it.

    inspector.py look TYPE MAX_PIXELS     → {"type", "width", "height"} or {"refused": code, ...} as JSON
    inspector.py preview TYPE MAX_PIXELS  → a JPEG of at most 640 pixels a side
"""

import io
import json
import resource
import sys
import warnings
from typing import Any, BinaryIO

import av
from PIL import Image, ImageOps, JpegImagePlugin, PngImagePlugin, UnidentifiedImageError, WebPImagePlugin
from pillow_heif import register_heif_opener

MEMORY = 2 * 1024**3
PROCESSOR_SECONDS = 30
PREVIEW_SIDE = 640
PREVIEW_QUALITY = 80

IMAGE_TYPES = {
    "JPEG": "image/jpeg",
    "MPO": "image/jpeg",  # several JPEGs in one file, as phones write them with depth or wide shots
    "PNG": "image/png",
    "WEBP": "image/webp",
    "HEIF": "image/heic",
}
READERS = (JpegImagePlugin, PngImagePlugin, WebPImagePlugin)  # Pillow reads what is imported, no more
CONTAINERS = {"mp4": "mov", "quicktime": "mov", "webm": "matroska"}


class Refused(Exception):
    """The file is not what it says; the code is one of the app's problems."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.answer = {"refused": code, **params}


def main(deed: str, declared: str, max_pixels: int) -> None:
    limit_self()
    register_heif_opener()
    medium, container = declared.split("/")
    source = sys.stdin.buffer
    try:
        if deed == "look":
            sys.stdout.write(json.dumps(look(source, medium, container, max_pixels)))
        else:
            sys.stdout.buffer.write(preview(source, medium, container, max_pixels))
    except Refused as refusal:
        sys.stdout.write(json.dumps(refusal.answer))
        sys.exit(3)


def limit_self() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_SECONDS, PROCESSOR_SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def look(source: BinaryIO, medium: str, container: str, max_pixels: int) -> dict[str, Any]:
    if medium == "image":
        return look_at_image(source, max_pixels)
    frame = decode_one(source, container, medium, max_pixels)
    size = {"width": frame.width, "height": frame.height} if medium == "video" else {}
    return {"type": f"{medium}/{container}", **size}


def look_at_image(source: BinaryIO, max_pixels: int) -> dict[str, Any]:
    """Open the image and decode all of it, coarsely where the format can, so that a cut file is found."""
    image = open_image(source, max_pixels)
    width, height = image.size
    image.draft("RGB", (width // 8, height // 8))
    try:
        image.load()
    except (OSError, SyntaxError, ValueError, EOFError, Image.DecompressionBombError) as error:
        raise Refused("evidence-not-an-image") from error
    return {"type": IMAGE_TYPES[str(image.format)], "width": width, "height": height}


def open_image(source: BinaryIO, max_pixels: int) -> Any:
    """The image with only its head read. Formats that can hold scripts are not even tried."""
    Image.MAX_IMAGE_PIXELS = None  # our own bound follows, with its own words
    warnings.simplefilter("ignore")
    try:
        image = Image.open(source, formats=["JPEG", "PNG", "WEBP", "HEIF"])
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError) as error:
        raise Refused("evidence-not-an-image") from error
    check_pixels(*image.size, max_pixels)
    return image


def check_pixels(width: int, height: int, max_pixels: int) -> None:
    if width * height > max_pixels:
        raise Refused("evidence-too-many-pixels", width=width, height=height, max=max_pixels)


def decode_one(source: BinaryIO, container: str, medium: str, max_pixels: int) -> Any:
    """The first frame that decodes: a film or recording is one if it has such a frame.

    The demuxer is named, never guessed: some formats, such as playlists, only name other files to open
    (https://ffmpeg.org/ffmpeg-formats.html, "hls" and "concat").
    """
    code = "evidence-not-a-video" if medium == "video" else "evidence-not-audio"
    check_magic(source, CONTAINERS[container], code)
    try:
        with av.open(source, mode="r", format=CONTAINERS[container]) as film:
            streams: Any = film.streams.video if medium == "video" else film.streams.audio
            for stream in streams[:1]:
                if medium == "video":
                    check_pixels(stream.codec_context.width, stream.codec_context.height, max_pixels)
                for frame in film.decode(stream):
                    return frame
    except (av.FFmpegError, ValueError, EOFError) as error:
        raise Refused(code) from error
    raise Refused(code)


def check_magic(source: BinaryIO, container: str, code: str) -> None:
    head = source.read(12)
    source.seek(0)
    if container == "mov" and head[4:8] not in (b"ftyp", b"wide", b"mdat", b"moov"):
        raise Refused(code)
    if container == "matroska" and head[:4] != b"\x1aE\xdf\xa3":
        raise Refused(code)


def preview(source: BinaryIO, medium: str, container: str, max_pixels: int) -> bytes:
    """A small upright JPEG that carries nothing of the original's metadata."""
    if medium == "image":
        upright = upright_image(source, max_pixels)
    else:
        frame = decode_one(source, container, medium, max_pixels)
        upright = frame.to_image().rotate(frame.rotation, expand=True)
    upright.thumbnail((PREVIEW_SIDE, PREVIEW_SIDE))
    layer = upright.convert("RGBA")
    paper = Image.new("RGB", layer.size, "white")
    paper.paste(layer, mask=layer.getchannel("A"))
    out = io.BytesIO()
    paper.save(out, "JPEG", quality=PREVIEW_QUALITY, optimize=True)
    return out.getvalue()


def upright_image(source: BinaryIO, max_pixels: int) -> Any:
    """The image turned as it was held, read no finer than the preview needs."""
    image = open_image(source, max_pixels)
    image.draft("RGB", (PREVIEW_SIDE, PREVIEW_SIDE))
    return ImageOps.exif_transpose(image)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
