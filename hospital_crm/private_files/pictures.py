"""Pictures without what a camera writes beside them: place, time, device, thumbnail and colour tables go, the picture
stands upright and stays.
"""

import io
import warnings

from PIL import Image, ImageOps, UnidentifiedImageError

MOST_PIXELS = 50_000_000
_QUALITY = 90


class BrokenPicture(Exception):
    """The bytes begin like a picture and are none."""


class TooManyPixels(Exception):
    """Decoded, the picture would fill the memory."""


class MovingPicture(Exception):
    """More than one frame."""


def cleaned(content: bytes, picture_format: str) -> bytes:
    """The picture drawn anew in its own format (JPEG, PNG or WEBP), with nothing else.

    Refuses BrokenPicture, TooManyPixels before anything is decoded, and MovingPicture.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=[picture_format]) as picture:
                _refuse_unsuitable(picture, picture_format)
                upright = ImageOps.exif_transpose(picture)
                return _drawn(_plain(upright), picture_format)
    except Image.DecompressionBombError:
        raise TooManyPixels from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError):
        raise BrokenPicture from None


def _refuse_unsuitable(picture: Image.Image, picture_format: str) -> None:
    if picture.width * picture.height > MOST_PIXELS:
        raise TooManyPixels
    if picture_format != "JPEG" and getattr(picture, "n_frames", 1) > 1:
        raise MovingPicture


def _plain(picture: Image.Image) -> Image.Image:
    """Grey stays grey, transparent stays transparent, everything else becomes plain colour; beside it nothing."""
    if picture.has_transparency_data:
        picture = picture.convert("RGBA")
    elif picture.mode == "1":
        picture = picture.convert("L")
    elif picture.mode not in ("L", "RGB", "I;16"):
        picture = picture.convert("RGB")
    picture.info = {}
    return picture


def _drawn(picture: Image.Image, picture_format: str) -> bytes:
    target = io.BytesIO()
    options = {} if picture_format == "PNG" else {"quality": _QUALITY}
    picture.save(target, picture_format, **options)
    return target.getvalue()
